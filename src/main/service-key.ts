// The key of a service: for its own events, and for as long as it runs.

import type { Service } from '../domain/config-services.ts';
import { editKeysFile } from '../outbound/file-keys-edit.ts';
import { newProducerKey } from '../outbound/file-keys-format.ts';

/** Who starts services. */
export type ServiceOwner = 'solo' | 'stack' | 'containers';

/**
 * Returns a new key, and takes the one before away. It is kept by nobody but the service, so that
 * there is nothing to steal while nothing runs. Solo mode and the stack may run beside each other from
 * one keys file, so `owner` takes away its own only.
 */
export function renewServiceKey(
  path: string,
  { owner, name }: { owner: ServiceOwner; name: string },
  { source, types = ['*'] }: { source: string } & Pick<Service, 'types'>,
): string {
  const id = `${owner}-${name}`;
  const { keyText, entry } = newProducerKey({
    ...{ id, sources: [source], types, scopes: ['publish'] },
  });
  editKeysFile(path, (_keys, entries) => [
    ...entries.filter((other) => (other as { id?: unknown }).id !== id),
    entry,
  ]);
  return keyText;
}
