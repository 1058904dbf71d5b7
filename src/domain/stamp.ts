// Step 1 of an event's way: the stamp that decides which event is newer.

import assert from 'node:assert';

/** Stamps one process gives within one millisecond before it borrows from the next one. */
const stampsPerMs = 4096;

/** The first stamp of a millisecond. */
export function stampAt(unixMs: number): number {
  return unixMs * stampsPerMs;
}

/**
 * Returns a function that gives rising stamps: Unix milliseconds × 4096 + counter. 53 bits last
 * until 2039, so a stamp is exact as a JSON number.
 *
 * No stamp is later than `latestMs`. That is stronger than rising: stamps that were given by a clock
 * now known to be wrong are not continued, and `onFall` tells how far they fell.
 */
export function createStamper(
  nowMs: () => number,
  latestMs: () => number = () => Number.POSITIVE_INFINITY,
  onFall: (byMs: number) => void = () => {},
): () => number {
  let last = 0;
  return () => {
    const now = stampAt(nowMs());
    const next = Math.max(last + 1, now);
    const isTooLate = next > stampAt(latestMs());
    if (isTooLate) onFall(Math.round((last - now) / stampsPerMs));
    last = isTooLate ? now : next;
    assert(Number.isSafeInteger(last), 'A stamp must be an exact number.');
    return last;
  };
}
