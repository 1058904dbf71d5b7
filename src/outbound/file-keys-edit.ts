// Changes the producers' keys file in one step: who reads it meanwhile sees the old one or the new one.

import { chownSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { parseKeys, type StoredKey } from './file-keys-format.ts';

/** Returns the keys by id. Throws with what is wrong with the file. */
export function readKeysFile(path: string): Map<string, StoredKey> {
  try {
    return parseKeys(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`The keys file ${path} cannot be used: ${(cause as Error).message}`, { cause });
  }
}

/**
 * `change` is given the entries as they are written, those fields included that we do not know.
 * Mode and owner stay. The new file is beside the old one while it is made, which keeps a second
 * command out: two that read the same file would lose what one of them did.
 */
export function editKeysFile(
  path: string,
  change: (keys: ReadonlyMap<string, StoredKey>, entries: readonly object[]) => object[],
): void {
  readKeysFile(path);
  const { mode, uid, gid } = statSync(path);
  const unfinished = `${path}.new`;
  create(unfinished, mode & 0o777);
  try {
    const keys = readKeysFile(path);
    const file = JSON.parse(readFileSync(path, 'utf8')) as { keys: object[] };
    const text = `${JSON.stringify({ ...file, keys: change(keys, file.keys) }, null, 2)}\n`;
    parseKeys(text);
    writeFileSync(unfinished, text);
    if (process.getuid?.() === 0) chownSync(unfinished, uid, gid);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function create(file: string, mode: number): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `Somebody else changes the keys now: ${file} is there. If nobody does, delete it.`,
      { cause: error },
    );
  }
}
