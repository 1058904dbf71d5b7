// One command of the stack at a time.

import { setTimeout as delay } from 'node:timers/promises';
import { type HeldLock, hold } from '../servers/lock-file.ts';

const pollMs = 50;

/** Runs `work` while no other command does. Waits for one that is at it; a dead one's lock ends. */
export async function withStackLock<T>(file: string, work: () => Promise<T>): Promise<T> {
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
