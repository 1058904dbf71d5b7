// Positions that show generic content which has changed since: rewritten in the background.
//
// A change of generic content touches nearly every position. To take them all away would send every
// reader to the replica at once, so the old generic content is served a little longer, and the
// positions that were laid down last, the likeliest to be read, are rewritten first. What was taken
// away all the same, because it was withdrawn, is laid down again before the rest.

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
  /** The user's position was withdrawn. It is to come back. */
  tookAway(user: string): void;
  isStale(user: string): boolean;
  /** Slots in which the user's position shows generic content; `null` when that is not known. */
  shownBy(user: string): readonly string[] | null;
  /** Returns whose positions may show these slots, those laid down last at the end: stale now. */
  genericChanged(slots: readonly string[]): string[];
};

const turnsPerS = 20;

export function createStaleUsers(options: {
  bring: (user: string) => void;
  /** Whether there is a position to be rewritten. */
  has: (user: string) => boolean;
  rewritesPerS: number;
  /** Each position has been composed with the newest generic content. */
  onAllRewritten: () => Promise<void>;
  observe: Observe;
}): StaleUsers {
  const { bring, has, rewritesPerS, onAllRewritten, observe } = options;
  /** Slots that show generic content, by user, in the order in which they were laid down. */
  const filledByUser = new Map<string, readonly string[] | null>();
  /** Few lists stand for very many users. */
  const interned = new Map<string, readonly string[]>();
  const stale = new Set<string>();
  const takenAway = new Set<string>();
  let isAllRewritten = false;

  function* next(): Iterable<string> {
    yield* takenAway;
    yield* stale;
  }

  async function rewriteSome(): Promise<void> {
    let budget = Math.ceil(rewritesPerS / turnsPerS);
    for (const user of next()) {
      if (budget === 0) return;
      budget -= 1;
      stale.delete(user);
      if (takenAway.delete(user) || has(user)) bring(user);
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
      takenAway.delete(user);
    },
    found(user, { isStale }) {
      filledByUser.set(user, null);
      if (isStale) stale.add(user);
    },
    forget(user) {
      filledByUser.delete(user);
      stale.delete(user);
      takenAway.delete(user);
    },
    tookAway: (user) => takenAway.add(user),
    isStale: (user) => stale.has(user),
    shownBy: (user) => filledByUser.get(user) ?? null,
    genericChanged(slots) {
      isAllRewritten = false;
      const users: string[] = [];
      for (const [user, filled] of filledByUser) {
        if (filled === null || slots.some((slot) => filled.includes(slot))) users.push(user);
      }
      for (const user of users.toReversed()) stale.add(user);
      return users;
    },
  };
}
