// How many events each user may report: so many a second, and a burst at once. Bounded in users, too.

import assert from 'node:assert';
import { Failure } from '../errors.ts';

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

/**
 * Counts `events` of `user`, all or none. Throws `RateExceeded`, or `overloaded` when so many users
 * report at the time that no other can be counted.
 */
export type TakeOfUser = (user: string, events: number) => void;

export type UserRateLimits = {
  perS: number;
  /** At once, after a while without any. What is more is let in then as well, and paid for after. */
  burst: number;
  /** Users that are counted at a time. */
  maxUsers: number;
};

type Share = { left: number; countedAtMs: number };

export function createUserRate(deps: {
  limits: UserRateLimits;
  elapsedMs: () => number;
}): TakeOfUser {
  const { limits, elapsedMs } = deps;
  const { perS, burst, maxUsers } = limits;
  assert(perS > 0 && burst > 0);
  /** In the order in which they took last. Whoever is not here has a full share. */
  const shares = new Map<string, Share>();

  function leftOf({ left, countedAtMs }: Share, nowMs: number): number {
    return Math.min(burst, left + ((nowMs - countedAtMs) * perS) / 1_000);
  }

  /** Only from the front: whoever took later is seldom full again before. */
  function forgetFull(nowMs: number): void {
    for (const [user, share] of shares) {
      if (leftOf(share, nowMs) < burst) return;
      shares.delete(user);
    }
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
    const left = share === undefined ? burst : leftOf(share, nowMs);
    // More than a burst could never be let in, so it is when there is all that can be.
    const wanted = Math.min(events, burst);
    if (left < wanted) {
      const message = `A user reports at most ${perS} events a second, and ${burst} at once.`;
      throw new RateExceeded(message, ((wanted - left) * 1_000) / perS);
    }
    shares.delete(user);
    shares.set(user, { left: left - events, countedAtMs: nowMs });
  };
}
