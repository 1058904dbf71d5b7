// Commits the writes of one turn of the event loop together, so that they share one flush.
//
// The commit blocks the event loop, and with it every read, until the disk has flushed. That is
// what a write costs that is on the disk when it resolves; a group pays it once, however many
// bundles are in it. Reads themselves wait for nothing: they are memory-mapped.
//
// lmdb's asynchronous transactions would flush in a thread of their own. They are not used, because
// on a full disk they also leave unhandled rejections of the library's own, which end the process,
// and the callback of one that was tried here never ran.

import type { RootDatabase } from 'lmdb';

export type GroupCommit = {
  /**
   * Runs `change` within the transaction of this turn, after those that were handed in before, and
   * resolves with its result once that is on the disk. When the commit fails or a change throws,
   * nothing of the whole group is kept, and all of it rejects with the same error.
   */
  write<Result>(change: () => Result): Promise<Result>;
  /** The same for a change that asks for no flush of its own: it waits for the next write. */
  writeLater<Result>(change: () => Result): Promise<Result>;
  /** Commits what was handed in so far, without waiting for the turn to end. */
  commitNow(): void;
};

type Write = {
  /** Changes, and returns what resolves the caller's promise after the commit. */
  run(): () => void;
  reject(error: unknown): void;
};

/**
 * Groups are as large as their callers allow: what they have in flight at a time. `maxDelayMs` is
 * how long a change waits for a write to go along with.
 */
export function createGroupCommit(
  root: RootDatabase,
  { maxDelayMs = 1000 }: { maxDelayMs?: number } = {},
): GroupCommit {
  let group: Write[] = [];
  let soon: NodeJS.Immediate | undefined;
  let later: NodeJS.Timeout | undefined;

  function commitNow(): void {
    clearImmediate(soon);
    clearTimeout(later);
    soon = undefined;
    later = undefined;
    const writes = group;
    group = [];
    if (writes.length === 0) return;
    try {
      const resolvers = root.transactionSync(() => writes.map(({ run }) => run()));
      for (const resolve of resolvers) resolve();
    } catch (error) {
      for (const { reject } of writes) reject(error);
    }
  }

  function join<Result>(change: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const run = () => {
        const result = change();
        return () => resolve(result);
      };
      group.push({ run, reject });
    });
  }

  return {
    commitNow,
    write(change) {
      // Runs when all that one read of the socket brought was handed out.
      soon ??= setImmediate(commitNow);
      return join(change);
    },
    writeLater(change) {
      later ??= setTimeout(commitNow, maxDelayMs);
      return join(change);
    },
  };
}
