// One solo mode for each data directory: a second one would stop the first one's Postgres.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryToLock } from './stack-lock.ts';

/** Returns what gives the directory back. A lock whose process died is taken over. */
export function lockDataDir(dataDir: string): () => Promise<void> {
  const file = join(dataDir, 'solo.lock');
  // The first try takes a dead process's lock away, the second one the lock.
  if (!tryToLock(file) && !tryToLock(file)) {
    throw new Error(
      `Another solo mode uses ${dataDir}. Stop it, or set BEFOREHAND_DATA_DIR to another directory.`,
    );
  }
  return async () => rmSync(file, { force: true });
}
