// Spreads long pieces of work over turns of the event loop, one in each.
//
// Node takes one new connection a turn. A turn in which 64 batches are read, each for 10 ms, kept
// others who wanted to connect outside for seconds.

import { setImmediate as nextTurn } from 'node:timers/promises';

/** Returns a function that resolves in a turn of the caller's own, in the order of the calls. */
export function createTurns(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => nextTurn());
    return last;
  };
}
