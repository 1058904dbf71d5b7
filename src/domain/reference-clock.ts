// This machine's clock, held to the one that workers tell of: Postgres's. It decides what stamps say.

import type { Observe } from './observation.ts';
import type { Clock } from './ports.ts';

/** Own clocks matter for this long; what is left of the promised second is for words on their way. */
const maxOwnLeadMs = 900;

/** No stamp is further ahead. The difference is room for stamps that share a millisecond. */
const maxLeadMs = 1_000;

/** Told once when the skew grows beyond the first, and once when it is below the second again. */
const skewed = { fromMs: 1_000, untilMs: 500 };

/** A word is forgotten after one to two of these, but never before another came. */
const windowMs = 30_000;

export type ReferenceClock = {
  /** Whole Unix milliseconds: not behind the reference, and at most 0.9 s ahead of it. */
  nowMs: Clock;
  /** What no stamp may be later than: a second ahead of the reference. */
  latestMs: Clock;
  /** What the reference showed a moment ago. It may come late, but never early. */
  hear(unixMs: number): void;
  isKnown(): boolean;
  facts(): {
    /** How far this machine's clock is ahead; negative when it is behind. */
    clockSkewMs: number | null;
    clockHeardAgoMs: number | null;
  };
};

/** Until a word was heard it is this machine's own clock, and after the last one it runs on. */
export function createReferenceClock(deps: {
  ownMs: Clock;
  /** Milliseconds since any moment, from a clock that nobody sets. */
  elapsedMs: () => number;
  observe: Observe;
}): ReferenceClock {
  const { ownMs, elapsedMs, observe } = deps;
  const offsets = createHighestRecently();
  let heardAtMs: number | null = null;
  let isSkewed = false;

  const referenceMs = () => Math.floor(offsets.highest() + elapsedMs());
  const skewMs = () => Math.round(ownMs() - referenceMs());

  function tellSkew(): void {
    const ms = skewMs();
    const isFar = Math.abs(ms) > (isSkewed ? skewed.untilMs : skewed.fromMs);
    if (isFar === isSkewed) return;
    isSkewed = isFar;
    observe({ kind: isFar ? 'clock_skewed' : 'clock_right', skewMs: ms });
  }

  return {
    nowMs() {
      if (heardAtMs === null) return ownMs();
      const reference = referenceMs();
      return Math.min(Math.max(ownMs(), reference), reference + maxOwnLeadMs);
    },
    latestMs: () => (heardAtMs === null ? Number.POSITIVE_INFINITY : referenceMs() + maxLeadMs),
    hear(unixMs) {
      heardAtMs = elapsedMs();
      offsets.add(unixMs - heardAtMs, heardAtMs);
      tellSkew();
    },
    isKnown: () => heardAtMs !== null,
    facts: () => ({
      clockSkewMs: heardAtMs === null ? null : skewMs(),
      clockHeardAgoMs: heardAtMs === null ? null : Math.round(elapsedMs() - heardAtMs),
    }),
  };
}

/**
 * A word that waited somewhere says too little, never too much, so the highest is the best. It is
 * looked for in this window and the one before, because the reference may be set back one day.
 */
function createHighestRecently() {
  let before = Number.NEGATIVE_INFINITY;
  let current = Number.NEGATIVE_INFINITY;
  let begunAtMs = 0;
  return {
    add(offsetMs: number, atMs: number): void {
      if (atMs - begunAtMs < windowMs) {
        current = Math.max(current, offsetMs);
      } else {
        before = current;
        current = offsetMs;
        begunAtMs = atMs;
      }
    },
    highest: () => Math.max(before, current),
  };
}
