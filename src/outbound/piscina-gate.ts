// Lets a bounded number in at a time, the others in the order in which they came. Piscina's own
// queue has no limit for tasks that can be aborted, and serves them in no order.

import { Failure } from '../domain/errors.ts';

export type Gate = {
  /** Resolves with what to call on leaving. Rejects with `unavailable` when too many wait. */
  enter(): Promise<() => void>;
};

export function createGate(limits: { places: number; maxWaiting: number }): Gate {
  const waiting: (() => void)[] = [];
  let free = limits.places;

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }

  return {
    async enter() {
      if (free > 0) {
        free -= 1;
        return leave;
      }
      if (waiting.length >= limits.maxWaiting) {
        throw new Failure('unavailable', `${waiting.length} units already wait for a thread.`);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
