// The keys that verify clients' tokens, in files that may be edited or replaced at any time.

import { readFileSync } from 'node:fs';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { TokenKeySet, TokenKeys } from '../domain/token-keys.ts';
import { openFreshFile } from './file-fresh.ts';
import { parseJwks } from './file-jwks-format.ts';

export type FileTokenKeys = TokenKeys & { close(): Promise<void> };

/** Hundreds of keys; two are needed at a time. */
const maxFileBytes = 256 * 1024;

/** RFC 7518: a key for HS256 is at least as long as its hash. */
const minSecretBytes = 32;

/**
 * Opens the files, or throws what is wrong with them. Later a JWKS file that is missing or
 * malformed keeps the last good keys, and says so. `secretFile` is for development.
 */
export async function openFileTokenKeys(options: {
  jwksFile: string;
  secretFile: string | null;
  /** How long a key that was taken out of the file stays usable. */
  checkEveryMs: number;
  observe: Observe;
}): Promise<FileTokenKeys> {
  const { jwksFile, secretFile, checkEveryMs, observe } = options;
  const secret = secretFile === null ? null : readSecret(secretFile);
  const tellLoaded = ({ jwks }: TokenKeySet) =>
    observe({ kind: 'keys_loaded', keys: jwks.length + (secret === null ? 0 : 1) });
  const file = await openFreshFile<TokenKeySet>({
    ...{ path: jwksFile, maxBytes: maxFileBytes, checkEveryMs },
    parse: (text) => ({ jwks: parseJwks(text), secret }),
    onChanged: tellLoaded,
    onRefused: (error) => observe({ kind: 'keys_refused', error: describeError(error) }),
  }).catch((error: unknown) => {
    throw unusable(jwksFile, error);
  });
  tellLoaded(file.current());
  return file;
}

function readSecret(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw unusable(path, error);
  }
  const secret = new TextEncoder().encode(text);
  if (secret.length >= minSecretBytes) return secret;
  throw new Error(`The secret in ${path} must have at least ${minSecretBytes} bytes.`);
}

function unusable(path: string, cause: unknown): Error {
  return new Error(`The keys file ${path} cannot be used. ${describeError(cause)}`, { cause });
}
