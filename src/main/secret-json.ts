// JSON files that are there whole or not at all, however their writer ends.

import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces what is there. Readable for its owner only: there are passwords in it. */
export function writeSecretJson(file: string, value: unknown): void {
  renameSync(writeBeside(file, value, 0o600), file);
}

/** Keeps what is there; of two processes that write at the same time, the first wins. */
export function writeJsonOnce(file: string, value: unknown, mode: number): void {
  if (existsSync(file)) return;
  const unfinished = writeBeside(file, value, mode);
  try {
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
}

/** In the same directory, because a file is moved in one step only within a file system. */
function writeBeside(file: string, value: unknown, mode: number): string {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode });
  return unfinished;
}
