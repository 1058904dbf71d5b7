// One process for each data directory: a replica would lay its older content over the other one's,
// and a second solo mode would stop the first one's Postgres.

import { join } from 'node:path';
import { hold } from '../servers/lock-file.ts';

/**
 * Creates the directory when it is not there, and returns what gives it back. Throws while a
 * process that lives has it; `setting` is the variable that gives this one another directory.
 */
export function lockDirectory(
  directory: string,
  { lockName = 'lock', setting }: { lockName?: string; setting: string },
): () => Promise<void> {
  const lock = hold(join(directory, lockName));
  if ('heldBy' in lock) {
    throw new Error(
      `${directory} is in use by process ${lock.heldBy.pid}. Stop it, or set ${setting} to another directory.`,
    );
  }
  return async () => lock.release();
}
