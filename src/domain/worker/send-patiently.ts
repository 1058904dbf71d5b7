// Repeats what the broker does not take now, as long as patience lasts.

import { backoffMs, pause } from '../backoff.ts';
import { describeError, isUnavailable } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** Resolves with `null` once it is taken, or with why it was given up. `sinceMs`: now, unless given. */
export type SendPatiently = (send: () => Promise<void>, sinceMs?: number) => Promise<string | null>;

/**
 * Once nothing was taken for `patienceMs`, what follows is tried once each: a worker holds few
 * events, and thousands may be waiting. Unless nothing was sent for as long: that the last thing was
 * refused then tells nothing of the next.
 */
export function createSendPatiently(deps: { nowMs: Clock; patienceMs: number }): SendPatiently {
  const { nowMs, patienceMs } = deps;
  /** Since when nothing was taken; `null`: the last one was. */
  let refusingSinceMs: number | null = null;
  let lastRefusedMs = 0;

  return async (send, sinceMs = nowMs()) => {
    if (nowMs() - lastRefusedMs > patienceMs) refusingSinceMs = null;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await send();
        refusingSinceMs = null;
        return null;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        lastRefusedMs = nowMs();
        refusingSinceMs ??= lastRefusedMs;
        const giveUpAtMs = Math.min(sinceMs, refusingSinceMs) + patienceMs;
        const delayMs = backoffMs(attempt, { firstMs: 100, maxMs: 2000 });
        if (nowMs() + delayMs >= giveUpAtMs) return describeError(error);
        await pause(delayMs);
      }
    }
  };
}
