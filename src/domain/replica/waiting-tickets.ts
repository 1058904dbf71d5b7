// Clients that wait for an event to be settled before they read: GET …?after=<ticket>.
//
// The word that an event is settled may come before the client asks, so it is remembered a while.
// Both what is remembered and who waits are bounded: a flood of either must cost others nothing.

import type { Outcome, Resolved } from '../document.ts';
import { Failure } from '../errors.ts';
import type { Clock } from '../ports.ts';

export type WaitingTickets = {
  /** Wakes whoever waits. Call it when the content of these events can be read. */
  settle(resolved: readonly Resolved[]): void;
  /**
   * Resolves with the outcome as soon as it is known, or with `null` once `waitMs` are over or
   * `signal` aborts. Rejects with `unavailable` when too many wait already.
   */
  wait(ticket: string, limits: { waitMs: number; signal?: AbortSignal }): Promise<Outcome | null>;
};

export function createWaitingTickets(options: {
  nowMs: Clock;
  rememberMs: number;
  /** The eldest are forgotten first. */
  maxRemembered: number;
  maxWaiting: number;
}): WaitingTickets {
  const { nowMs, rememberMs, maxRemembered, maxWaiting } = options;
  /** Eldest first. */
  const remembered = new Map<string, { outcome: Outcome; atMs: number }>();
  const waiters = new Map<string, Set<(outcome: Outcome) => void>>();
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

  function addWaiter(ticket: string, wake: (outcome: Outcome) => void): () => void {
    const others = waiters.get(ticket) ?? new Set();
    waiters.set(ticket, others.add(wake));
    waitingCount += 1;
    return () => {
      waitingCount -= 1;
      others.delete(wake);
      if (others.size === 0) waiters.delete(ticket);
    };
  }

  function untilSettled(
    ticket: string,
    { waitMs, signal }: { waitMs: number; signal?: AbortSignal },
  ): Promise<Outcome | null> {
    return new Promise((resolve) => {
      const removeWaiter = addWaiter(ticket, end);
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
      if (waitingCount >= maxWaiting) {
        throw new Failure('unavailable', `${waitingCount} clients wait for an event already.`);
      }
      return untilSettled(ticket, limits);
    },
  };
}
