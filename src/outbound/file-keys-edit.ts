// Changes the producers' keys file in one step: who reads it meanwhile sees the old one or the new one.

import {
  chmodSync,
  chownSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
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
 * Mode, owner and group stay, else nothing is changed: an ingest that may not read the file any more
 * refuses everybody. The new file is beside the old one while it is made, which keeps a second
 * command out: two that read the same file would lose what one of them did.
 */
export function editKeysFile(
  path: string,
  change: (keys: ReadonlyMap<string, StoredKey>, entries: readonly object[]) => object[],
): void {
  readKeysFile(path);
  // Where a link leads to is replaced, and not the link.
  const file = realpathSync(path);
  const unfinished = `${file}.new`;
  create(unfinished);
  try {
    const keys = readKeysFile(file);
    const written = JSON.parse(readFileSync(file, 'utf8')) as { keys: object[] };
    const text = `${JSON.stringify({ ...written, keys: change(keys, written.keys) }, null, 2)}\n`;
    parseKeys(text);
    writeFileSync(unfinished, text, { flush: true });
    resemble(unfinished, statSync(file));
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function create(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `Somebody else changes the keys now: ${file} is there. If nobody does, delete it.`,
      { cause: error },
    );
  }
}

/** The mode last and by itself: the one that a file is created with loses what the umask forbids. */
function resemble(file: string, { mode, uid, gid }: Stats): void {
  const own = statSync(file);
  try {
    if (own.uid !== uid || own.gid !== gid) chownSync(file, uid, gid);
  } catch (cause) {
    throw new Error(
      `The new keys file could not be given to the old one's owner and group, ${uid}:${gid}. Run this as one who may.`,
      { cause },
    );
  }
  chmodSync(file, mode & 0o777);
}
