// A configuration that no bundler can follow: what it imports is known only when it runs.

const file = './thread-bundle-config.ts';

export const { config } = await import(file);
