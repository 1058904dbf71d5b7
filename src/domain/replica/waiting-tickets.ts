// Clients that wait for an event to be settled before they read: GET …?after=<ticket>.
//
// The word that an event is settled may come before the client asks, so it is remembered a while.
// Both what is remembered and who waits are bounded: a flood of either must cost others nothing.
// A wait is a favor and not a right: whoever is granted none is answered at once with what there is,
// as when the time is up. To refuse the read instead would make the client ask again, for more.

import type { Outcome, Resolved } from '../document.ts';
import type { Clock } from '../ports.ts';

export type WaitingTickets = {
  /** Wakes whoever waits. Call it when the content of these events can be read. */
  settle(resolved: readonly Resolved[]): void;
  /**
   * Resolves with the outcome as soon as it is known, or with `null` once `waitMs` are over or
   * `signal` aborts, and at once when too many wait already, of all or of this user.
   */
  wait(ticket: string, limits: WaitLimits): Promise<Outcome | null>;
};

export type WaitLimits = { user: string; waitMs: number; signal?: AbortSignal };

export function createWaitingTickets(options: {
  nowMs: Clock;
  rememberMs: number;
  /** The eldest are forgotten first. */
  maxRemembered: number;
  maxWaiting: number;
  /** So that one user cannot hold the places of all. */
  maxWaitingPerUser: number;
}): WaitingTickets {
  const { nowMs, rememberMs, maxRemembered, maxWaiting, maxWaitingPerUser } = options;
  /** Eldest first. */
  const remembered = new Map<string, { outcome: Outcome; atMs: number }>();
  const waiters = new Map<string, Set<(outcome: Outcome) => void>>();
  const waitingByUser = new Map<string, number>();
  let waitingCount = 0;

  function remember({ ticket, outcome }: Resolved): void {
    // Taken out first, because setting a known key would leave it at its old place.
    remembered.delete(ticket);
    remembered.set(ticket, { outcome, atMs: nowMs() });
  }

  function forget(): void {
    for (const [ticket, { atMs }] of remembered) {
      if (remembered.size <= maxRemembered && nowMs() - atMs <= rememberMs) return;
      remembered.delete(ticket);
    }
  }

  function known(ticket: string): Outcome | null {
    const found = remembered.get(ticket);
    return found !== undefined && nowMs() - found.atMs <= rememberMs ? found.outcome : null;
  }

  function isFull(user: string): boolean {
    return waitingCount >= maxWaiting || (waitingByUser.get(user) ?? 0) >= maxWaitingPerUser;
  }

  function count(user: string, change: 1 | -1): void {
    waitingCount += change;
    const ofUser = (waitingByUser.get(user) ?? 0) + change;
    if (ofUser === 0) waitingByUser.delete(user);
    else waitingByUser.set(user, ofUser);
  }

  function addWaiter(ticket: string, user: string, wake: (outcome: Outcome) => void): () => void {
    const others = waiters.get(ticket) ?? new Set();
    waiters.set(ticket, others.add(wake));
    count(user, 1);
    return () => {
      count(user, -1);
      others.delete(wake);
      if (others.size === 0) waiters.delete(ticket);
    };
  }

  function untilSettled(ticket: string, limits: WaitLimits): Promise<Outcome | null> {
    const { user, waitMs, signal } = limits;
    return new Promise((resolve) => {
      const removeWaiter = addWaiter(ticket, user, end);
      const giveUp = () => end(null);
      const timer = setTimeout(giveUp, waitMs);
      signal?.addEventListener('abort', giveUp);
      function end(outcome: Outcome | null): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        removeWaiter();
        resolve(outcome);
      }
    });
  }

  return {
    settle(resolved) {
      for (const settled of resolved) {
        remember(settled);
        // A copy: each waiter takes itself out of the set.
        for (const wake of [...(waiters.get(settled.ticket) ?? [])]) wake(settled.outcome);
      }
      forget();
    },
    async wait(ticket, limits) {
      const outcome = known(ticket);
      if (outcome !== null || limits.waitMs === 0 || limits.signal?.aborted) return outcome;
      return isFull(limits.user) ? null : untilSettled(ticket, limits);
    },
  };
}
