// Who may send events: a producer, known by its key, and what that key allows.

export type Scope = 'publish' | 'erase';

export const scopes = ['publish', 'erase'] as const satisfies readonly Scope[];

/** `sources` and `types` hold exact values, prefixes that end with `*`, or `*` for any. */
export type Producer = {
  /** The key's public part. */
  id: string;
  sources: readonly string[];
  types: readonly string[];
  scopes: readonly Scope[];
};

/**
 * All users' browsers together. They have no key, and its id is none that a key could have: nothing
 * that is counted for each producer is shared with one.
 */
export const clients: Producer = {
  id: '/clients',
  sources: ['*'],
  types: ['*'],
  scopes: ['publish'],
};

/** The producers' keys, as they are now: a revoked one is found for 5 seconds at most. */
export type ProducerKeys = {
  /** Returns `null` for a key that is malformed, unknown, wrong or revoked, taking equally long. */
  find(keyText: string): Producer | null;
};

export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern,
  );
}
