// What solo mode does before it ends: nobody else has the events that it holds in memory.

import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryEventQueue } from '../outbound/memory-event-queue.ts';

const pollMs = 20;

/** Resolves when the queue is empty, or after `timeoutMs`. */
export async function whenDrained(queue: MemoryEventQueue, timeoutMs: number): Promise<void> {
  const giveUpAtMs = Date.now() + timeoutMs;
  while (queue.size() > 0 && Date.now() < giveUpAtMs) await sleep(pollMs);
}
