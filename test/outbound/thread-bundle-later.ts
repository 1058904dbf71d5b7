// Imported by authors while they run, and knows where it lies.

export const place = import.meta.url;
