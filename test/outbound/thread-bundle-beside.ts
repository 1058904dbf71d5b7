// Imported by authors, and knows where it lies.

const meta = import.meta;

export const place = meta.url;
