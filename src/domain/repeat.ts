// A task that runs again and again until it is stopped.

import { pause } from './backoff.ts';
import { describeError } from './errors.ts';
import type { Observe } from './observation.ts';
import type { Running } from './ports.ts';

/**
 * Runs `task` every `everyMs`, counted from its end. A failure is told and the next turn tries
 * again. A task that answers `true` has more to do and runs again at once.
 */
export function repeat(
  name: string,
  everyMs: number,
  task: (signal: AbortSignal) => Promise<unknown>,
  observe: Observe,
): Running {
  const stopping = new AbortController();
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      let hasMore: unknown = false;
      try {
        hasMore = await task(stopping.signal);
      } catch (error) {
        observe({ kind: 'task_failed', task: name, error: describeError(error) });
      }
      if (hasMore !== true) await pause(everyMs, stopping.signal);
    }
  })();
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}
