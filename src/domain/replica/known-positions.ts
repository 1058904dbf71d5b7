// What is remembered of users' positions, in the order in which they were laid down. It is bounded by
// how many positions there may be: whose position was dropped for lack of room is forgotten.

import type { Positions } from './positions.ts';

export type KnownPositions<Known> = {
  get(user: string): Known | undefined;
  /** The user's position was laid down, later than all others. */
  set(user: string, known: Known): void;
  delete(user: string): void;
  /** The eldest first. */
  entries(): Iterable<[string, Known]>;
};

/**
 * New users until those are looked for whose positions were dropped. The engine finds the first of a
 * map by passing by all that left it, which so many together share.
 */
const newUsersPerSweep = 64;

export function createKnownPositions<Known>(parts: {
  positions: Pick<Positions, 'has' | 'count'>;
  /** Told of whoever is forgotten because their position was dropped. */
  onDropped: (user: string) => void;
}): KnownPositions<Known> {
  const { positions, onDropped } = parts;
  const byUser = new Map<string, Known>();
  let sweepAt = newUsersPerSweep;

  /** The eldest are dropped first, and stand at the beginning: all there are, or nearly. */
  function sweep(): void {
    for (const user of byUser.keys()) {
      if (byUser.size <= positions.count() || positions.has(user)) break;
      byUser.delete(user);
      onDropped(user);
    }
    sweepAt = byUser.size + newUsersPerSweep;
  }

  return {
    get: (user) => byUser.get(user),
    set(user, known) {
      // Taken out first, because setting a known key would leave it at its old place.
      byUser.delete(user);
      byUser.set(user, known);
      if (byUser.size >= sweepAt) sweep();
    },
    delete: (user) => byUser.delete(user),
    entries: () => byUser.entries(),
  };
}
