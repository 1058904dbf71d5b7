// What cannot be done now is repeated until it can: nobody's unit is charged for a database that
// is away. Bounds are elsewhere: a worker holds only as many events as its prefetch allows.

import { backoffMs, pause } from '../backoff.ts';
import { describeError, isUnavailable } from '../errors.ts';
import type { Observe } from '../observation.ts';

export type UntilAvailable = <T>(call: () => Promise<T>) => Promise<T>;

/** Once `stopping` aborts, a failure is the end: whoever waits has the event delivered again. */
export function createUntilAvailable(observe: Observe, stopping: AbortSignal): UntilAvailable {
  return async (call) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!isUnavailable(error) || stopping.aborted) throw error;
        const pauseMs = backoffMs(attempt, { firstMs: 50, maxMs: 5000 });
        observe({ kind: 'store_unavailable', error: describeError(error), pauseMs });
        await pause(pauseMs, stopping);
      }
    }
  };
}
