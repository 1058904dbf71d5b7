// Waits until everything committed so far is on the disk, once for all who wait.
//
// A synchronous transaction that also flushed would stop this process, and with it every read, for
// the milliseconds a disk takes. So transactions commit to memory, and one small asynchronous write
// follows: lmdb flushes it in a thread of its own, and whatever was committed before goes with it.

import type { RootDatabase } from 'lmdb';

/** Whoever calls while a flush is under way waits for the next one, which covers their commit. */
export function createFlush(root: RootDatabase): () => Promise<void> {
  const barrier = root.openDB<number, string>({ name: 'flush', encoding: 'json' });
  let flushes = 0;
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;

  async function flushAfter(previous: Promise<void>): Promise<void> {
    await previous.catch(() => {});
    current = next ?? current;
    next = null;
    flushes += 1;
    await barrier.put('flush', flushes);
    await root.flushed;
  }

  return () => {
    next ??= flushAfter(current);
    return next;
  };
}
