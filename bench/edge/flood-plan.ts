// When each request of an open load is sent: fixed before the first one goes.
//
// Clients that know nothing of each other come at random, so the times between two of them are
// exponential. They come from a fixed seed: every run has the same ones.

/** Send times lie on whole steps of this, so that the client wakes no more often than it must. */
export const stepMs = 1;

/** Milliseconds after the beginning, rising; `seed` tells two loads of one moment apart. */
export function planTimes(ratePerS: number, seconds: number, seed: number): number[] {
  const random = randomFrom(seed);
  const times: number[] = [];
  const endMs = seconds * 1_000;
  let atMs = 0;
  for (;;) {
    atMs += (-Math.log(1 - random()) / ratePerS) * 1_000;
    if (atMs >= endMs) return times;
    times.push(Math.ceil(atMs / stepMs) * stepMs);
  }
}

/** Numbers from 0 to below 1: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
