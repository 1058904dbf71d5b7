// Units whose next attempt is due. Any worker may take them: what they need is in Postgres.

import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { ContentStore, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import type { RetryUnit } from './retry-unit.ts';

/**
 * Takes due units, at most `max` at a time, and runs them side by side: a slow one holds up no
 * other. Beside them it takes suspects, one after the other: should the process end, only the one
 * of them that ran is counted as lost.
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
  const { store, retry, busy, observe, everyMs, leaseMs } = deps;
  const running = new Set<Promise<void>>();
  const turns = [
    repeat('retry_parked', everyMs, claim, observe),
    repeat('retry_suspects', everyMs, retrySuspect, observe),
  ];
  return {
    async stop() {
      await Promise.all(turns.map((turn) => turn.stop()));
      await Promise.all(running);
    },
  };

  async function claim(): Promise<void> {
    const max = deps.max - running.size;
    if (max === 0) return;
    for (const parked of await store.claimParked({ max, leaseMs, except: busy() })) {
      const retried = retry(parked)
        .catch((error) => {
          observe({ kind: 'task_failed', task: 'retry_parked', error: describeError(error) });
        })
        .finally(() => running.delete(retried));
      running.add(retried);
    }
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
