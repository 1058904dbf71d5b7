// What a replica remembers so that it does not ask twice. Its contract suite is
// test/contract/recently-asked-contract.ts.

/** What was asked for lately, so that it is not asked for at every read. It may forget. */
export type RecentlyAsked = {
  has(key: string): boolean;
  /** Remembers the key for `ttlMs` from now. With no room left for another key it does nothing. */
  add(key: string, ttlMs: number): void;
};
