// The producers' keys in a file that may be edited or replaced at any time.

import { timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { describeError } from '../domain/errors.ts';
import type { Producer, ProducerKeys } from '../domain/ingest/producer.ts';
import type { Observe } from '../domain/observation.ts';
import { hashKey, idOfKey, parseKeys, type StoredKey } from './file-keys-format.ts';

export type FileProducerKeys = ProducerKeys & { close(): Promise<void> };

/** About 20,000 keys. */
const maxFileBytes = 4 * 1024 * 1024;

/** Compared with when no key has the id, so that an answer does not tell whether one does. */
const nobody = { sha256: '0'.repeat(64) };

/**
 * Opens the file, or throws when it is missing or malformed. Later a missing or malformed file
 * keeps the last good keys, and says so: an editor's slip must not lock out every producer.
 */
export async function openFileProducerKeys(options: {
  path: string;
  /** How long a revoked key stays usable. The file is read anew this often, not watched: watching
   * misses replaced files, mounted volumes and network disks. */
  checkEveryMs: number;
  observe: Observe;
}): Promise<FileProducerKeys> {
  const { path, checkEveryMs, observe } = options;
  let text = await readKeysFile(path).catch(refuseToStart(path));
  let keys = await Promise.resolve(text).then(parseKeys).catch(refuseToStart(path));
  observe({ kind: 'keys_loaded', keys: keys.size });

  let lastError = '';
  async function check(): Promise<void> {
    try {
      const newest = await readKeysFile(path);
      if (newest !== text) {
        keys = parseKeys(newest);
        text = newest;
        observe({ kind: 'keys_loaded', keys: keys.size });
      }
      lastError = '';
    } catch (error) {
      const described = describeError(error);
      if (described !== lastError) observe({ kind: 'keys_refused', error: described });
      lastError = described;
    }
  }

  let checking = Promise.resolve();
  let isClosed = false;
  let timer = setTimeout(next, checkEveryMs);
  function next(): void {
    checking = check().then(() => {
      if (!isClosed) timer = setTimeout(next, checkEveryMs);
    });
  }

  return {
    find: (keyText) => findProducer(keys, keyText),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await checking;
    },
  };
}

function findProducer(keys: ReadonlyMap<string, StoredKey>, keyText: string): Producer | null {
  const id = idOfKey(keyText);
  if (id === null) return null;
  const key = keys.get(id);
  const stored = Buffer.from((key ?? nobody).sha256, 'hex');
  const isEqual = timingSafeEqual(hashKey(keyText), stored);
  return key !== undefined && isEqual ? key : null;
}

async function readKeysFile(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxFileBytes) throw new Error(`It has more than ${maxFileBytes} bytes.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function refuseToStart(path: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`The keys file ${path} cannot be used. ${describeError(error)}`, {
      cause: error,
    });
  };
}
