// Step 1 of an event's way: the stamp that decides which event is newer.

import assert from 'node:assert';

/** Stamps one process gives within one millisecond before it borrows from the next one. */
const stampsPerMs = 4096;

/** The first stamp of a millisecond. */
export function stampAt(unixMs: number): number {
  return unixMs * stampsPerMs;
}

/**
 * Returns a function that gives strictly rising stamps: Unix milliseconds × 4096 + counter.
 * 53 bits last until 2039, so a stamp is exact as a JSON number.
 */
export function createStamper(nowMs: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, stampAt(nowMs()));
    assert(Number.isSafeInteger(last), 'A stamp must be an exact number.');
    return last;
  };
}
