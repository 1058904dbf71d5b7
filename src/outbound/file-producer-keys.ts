// The producers' keys in a file that may be edited or replaced at any time.

import { timingSafeEqual } from 'node:crypto';
import { describeError } from '../domain/errors.ts';
import type { Producer, ProducerKeys } from '../domain/ingest/producer.ts';
import type { Observe } from '../domain/observation.ts';
import { openFreshFile } from './file-fresh.ts';
import { hashKey, idOfKey, parseKeys, type StoredKey } from './file-keys-format.ts';

export type FileProducerKeys = ProducerKeys & { close(): Promise<void> };

type StoredKeys = ReadonlyMap<string, StoredKey>;

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
  /** How long a revoked key stays usable. */
  checkEveryMs: number;
  observe: Observe;
}): Promise<FileProducerKeys> {
  const { path, checkEveryMs, observe } = options;
  const tellLoaded = ({ size }: StoredKeys) => observe({ kind: 'keys_loaded', keys: size });
  const file = await openFreshFile<StoredKeys>({
    ...{ path, maxBytes: maxFileBytes, checkEveryMs },
    parse: parseKeys,
    onChanged: tellLoaded,
    onRefused: (error) => observe({ kind: 'keys_refused', error: describeError(error) }),
  }).catch((cause: unknown) => {
    throw new Error(`The keys file ${path} cannot be used. ${describeError(cause)}`, { cause });
  });
  tellLoaded(file.current());
  return { find: (keyText) => findProducer(file.current(), keyText), close: file.close };
}

function findProducer(keys: StoredKeys, keyText: string): Producer | null {
  const id = idOfKey(keyText);
  if (id === null) return null;
  const key = keys.get(id);
  const { sha256 } = key ?? nobody;
  const isEqual = timingSafeEqual(Buffer.from(hashKey(keyText)), Buffer.from(sha256));
  return key !== undefined && isEqual ? key : null;
}
