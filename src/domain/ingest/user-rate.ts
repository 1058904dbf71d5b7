// How many events each user may report: in each lane so many a second, and a burst at once. Bounded in users, too.

import assert from 'node:assert';
import { Failure } from '../errors.ts';
import { type Lane, lanes } from '../event.ts';

/** Thrown for what is more than a user's share. Nothing of it was taken. */
export class RateExceeded extends Error {
  override readonly name = 'RateExceeded';
  /** When as much as this would be let in. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** How many events a post has in each lane. */
export type LaneCounts = { readonly [L in Lane]: number };

/**
 * Counts events of `user`, all or none: where one lane is exceeded, nothing is taken of the other.
 * Throws `RateExceeded`, or `overloaded` when so many users report at the time that no other can be
 * counted.
 */
export type TakeOfUser = (user: string, events: LaneCounts) => void;

/** Of each lane, so that what is seen while a page scrolls leaves room for what its user wants. */
export type UserRateLimits = {
  perS: number;
  /** At once, after a while without any. What is more is let in then as well, and paid for after. */
  burst: number;
  /** Users that are counted at a time. */
  maxUsers: number;
};

type Share = { left: LaneCounts; countedAtMs: number };

export function createUserRate(deps: {
  limits: UserRateLimits;
  elapsedMs: () => number;
}): TakeOfUser {
  const { limits, elapsedMs } = deps;
  const { perS, burst, maxUsers } = limits;
  assert(perS > 0 && burst > 0);
  const full = inEachLane(() => burst);
  /** In the order in which they took last. Whoever is not here has full shares. */
  const shares = new Map<string, Share>();

  function leftOf({ left, countedAtMs }: Share, nowMs: number): LaneCounts {
    const grown = ((nowMs - countedAtMs) * perS) / 1_000;
    return inEachLane((lane) => Math.min(burst, left[lane] + grown));
  }

  /** Only from the front: whoever took later is seldom full again before. */
  function forgetFull(nowMs: number): void {
    for (const [user, share] of shares) {
      const left = leftOf(share, nowMs);
      if (lanes.some((lane) => left[lane] < burst)) return;
      shares.delete(user);
    }
  }

  /** More than a burst could never be let in, so it is when there is all that can be. */
  function missing(left: LaneCounts, events: LaneCounts, lane: Lane): number {
    return Math.min(events[lane], burst) - left[lane];
  }

  return (user, events) => {
    const nowMs = elapsedMs();
    forgetFull(nowMs);
    const share = shares.get(user);
    if (share === undefined && shares.size >= maxUsers) {
      throw new Failure(
        'overloaded',
        'Too many users report at the moment. Send these again later.',
      );
    }
    const left = share === undefined ? full : leftOf(share, nowMs);
    const exceeded = lanes.filter((lane) => events[lane] > 0 && missing(left, events, lane) > 0);
    if (exceeded.length > 0) {
      const message = `A user reports at most ${perS} events of the lane ${exceeded.join(' and ')} a second, and ${burst} at once.`;
      const most = Math.max(...exceeded.map((lane) => missing(left, events, lane)));
      throw new RateExceeded(message, (most * 1_000) / perS);
    }
    shares.delete(user);
    shares.set(user, {
      left: inEachLane((lane) => left[lane] - events[lane]),
      countedAtMs: nowMs,
    });
  };
}

function inEachLane(count: (lane: Lane) => number): LaneCounts {
  return { interactive: count('interactive'), bulk: count('bulk') };
}
