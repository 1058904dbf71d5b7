// The key of a service: for events of its own source, and for as long as it runs.

import { editKeysFile } from '../outbound/file-keys-edit.ts';
import { newProducerKey } from '../outbound/file-keys-format.ts';

/**
 * Returns a new key, and takes the one before away. It is kept by nobody but the service, so that
 * there is nothing to steal while nothing runs.
 */
export function renewServiceKey(path: string, name: string, source: string): string {
  const id = `service-${name}`;
  const { keyText, entry } = newProducerKey({
    ...{ id, sources: [source], types: ['*'], scopes: ['publish'] },
  });
  editKeysFile(path, (_keys, entries) => [
    ...entries.filter((other) => (other as { id?: unknown }).id !== id),
    entry,
  ]);
  return keyText;
}
