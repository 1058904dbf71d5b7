// The colors that a product may choose from: one each, by name.

export const accents = ['blue', 'violet', 'green', 'amber', 'rose'] as const;
export type Accent = (typeof accents)[number];
