// Positions that show generic content which has changed since: rewritten in the background.
//
// A change of generic content touches nearly every position. To take them all away would send every
// reader to the replica at once, so the old generic content is served a little longer, and the
// positions that were laid down last, the likeliest to be read, are rewritten first.

import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import { repeat } from '../repeat.ts';

export type StaleUsers = {
  /** Rewrites from here on, until it is stopped. */
  start(): Running;
  /** The user's position shows generic content in these slots. */
  laidDown(user: string, filled: readonly string[]): void;
  /** A position that an earlier process laid down; what it shows is not known. */
  found(user: string, state: { isStale: boolean }): void;
  forget(user: string): void;
  isStale(user: string): boolean;
  genericChanged(slots: readonly string[]): void;
};

const turnsPerS = 20;

export function createStaleUsers(options: {
  rewrite: (user: string) => unknown;
  rewritesPerS: number;
  /** Each position has been composed with the newest generic content. */
  onAllRewritten: () => Promise<void>;
  observe: Observe;
}): StaleUsers {
  const { rewrite, rewritesPerS, onAllRewritten, observe } = options;
  /** Slots that show generic content, by user, in the order in which they were laid down. */
  const filledByUser = new Map<string, readonly string[] | null>();
  /** Few lists stand for very many users. */
  const interned = new Map<string, readonly string[]>();
  const stale = new Set<string>();
  let isAllRewritten = false;

  async function rewriteSome(): Promise<void> {
    let budget = Math.ceil(rewritesPerS / turnsPerS);
    for (const user of stale) {
      if (budget === 0) return;
      budget -= 1;
      stale.delete(user);
      rewrite(user);
    }
    if (isAllRewritten) return;
    isAllRewritten = true;
    await onAllRewritten();
  }

  return {
    start: () => repeat('rewrite_positions', 1000 / turnsPerS, rewriteSome, observe),
    laidDown(user, filled) {
      const key = filled.join();
      const known = interned.get(key) ?? filled;
      interned.set(key, known);
      filledByUser.delete(user);
      filledByUser.set(user, known);
      stale.delete(user);
    },
    found(user, { isStale }) {
      filledByUser.set(user, null);
      if (isStale) stale.add(user);
    },
    forget(user) {
      filledByUser.delete(user);
      stale.delete(user);
    },
    isStale: (user) => stale.has(user),
    genericChanged(slots) {
      isAllRewritten = false;
      const users = [...filledByUser].reverse();
      for (const [user, filled] of users) {
        if (filled === null || slots.some((slot) => filled.includes(slot))) stale.add(user);
      }
    },
  };
}
