// Units whose next attempt is due. Any worker may take them: what they need is in Postgres.

import { pause } from '../backoff.ts';
import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { ContentStore, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import type { RetryUnit } from './retry-unit.ts';

/** Between claims while more are due than were taken. */
const soonMs = 20;

/**
 * Takes due units and runs them side by side: a slow one holds up no other. Of those that have
 * failed before and of those that have not there are `max` at a time each, so that nobody innocent
 * waits for poison. Beside them it takes suspects, one after the other: should the process end,
 * only the one of them that ran is counted as lost.
 */
export function retryParked(deps: {
  store: ContentStore;
  retry: RetryUnit;
  /** Names of which nothing can begin now: their units would only be parked again. */
  busy: () => string[];
  observe: Observe;
  everyMs: number;
  max: number;
  leaseMs: number;
}): Running {
  const { store, retry, busy, observe, everyMs, max, leaseMs } = deps;
  const running = { failedBefore: new Set<Promise<void>>(), others: new Set<Promise<void>>() };
  const turns = [
    repeat('retry_parked', everyMs, (signal) => claim(running.others, false, signal), observe),
    repeat('retry_failed', everyMs, (signal) => claim(running.failedBefore, true, signal), observe),
    repeat('retry_suspects', everyMs, retrySuspect, observe),
  ];
  return {
    async stop() {
      await Promise.all(turns.map((turn) => turn.stop()));
      await Promise.all([...running.others, ...running.failedBefore]);
    },
  };

  /** Whether there may be others. */
  async function claim(
    running: Set<Promise<void>>,
    failedBefore: boolean,
    signal: AbortSignal,
  ): Promise<boolean> {
    const limits = { max: max - running.size, leaseMs, failedBefore, except: busy() };
    const claimed = limits.max === 0 ? [] : await store.claimParked(limits);
    for (const parked of claimed) {
      const retried = retry(parked)
        .catch((error) => {
          observe({ kind: 'task_failed', task: 'retry_parked', error: describeError(error) });
        })
        .finally(() => running.delete(retried));
      running.add(retried);
    }
    if (claimed.length < limits.max) return false;
    await pause(Math.min(soonMs, everyMs), signal);
    return true;
  }

  /** Whether there may be another one. */
  async function retrySuspect(): Promise<boolean> {
    const limits = { max: 1, leaseMs, suspects: true, except: busy() };
    const [suspect] = await store.claimParked(limits);
    if (suspect === undefined) return false;
    await retry(suspect);
    return true;
  }
}
