// Calls at a steady rate, however long each of them takes: clients do not wait for each other.

import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves once all have ended, and rejects with the first that fails. Each is given the time at
 * which it was due, to count from: one that this process began late has waited all the same.
 */
export async function openLoop(
  { count, perSecond, signal }: { count: number; perSecond: number; signal: AbortSignal },
  call: (index: number, dueMs: number) => Promise<void>,
): Promise<void> {
  const beganMs = performance.now();
  const calls: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueMs = beganMs + (index * 1_000) / perSecond;
    const leftMs = dueMs - performance.now();
    if (leftMs > 0) await delay(leftMs, undefined, { signal });
    signal.throwIfAborted();
    const running = call(index, dueMs);
    // Heard of below; until then a failure is not an unhandled one.
    running.catch(() => {});
    calls.push(running);
  }
  await Promise.all(calls);
}
