// At most so many of something a second, and at once no more than a second's worth.

import type { Clock } from './ports.ts';

/** Takes one from what is left, or answers `false`: it is not to happen now. */
export type RateLimit = () => boolean;

/** `perS` 0 lets nothing happen at all. */
export function createRateLimit({ perS, nowMs }: { perS: number; nowMs: Clock }): RateLimit {
  let left = perS;
  let countedAtMs = nowMs();
  return () => {
    const now = nowMs();
    // A clock that was set back adds nothing; from then on it is counted anew.
    const elapsedMs = Math.max(0, now - countedAtMs);
    countedAtMs = now;
    left = Math.min(perS, left + (elapsedMs * perS) / 1000);
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
