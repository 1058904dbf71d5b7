// Work that one process does at a time.

import { setTimeout as delay } from 'node:timers/promises';
import { type HeldLock, hold } from './lock-file.ts';

const pollMs = 50;

/** Runs `work` while nobody else has the lock. Waits for who has it; a dead one's lock ends. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const { release } = await waitForTurn(file);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function waitForTurn(file: string): Promise<HeldLock> {
  for (;;) {
    const lock = hold(file);
    if (!('heldBy' in lock)) return lock;
    await delay(pollMs);
  }
}
