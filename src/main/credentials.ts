// The keys of a local installation: made once per data directory, then read.

import { generateKeyPair, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { Producer } from '../domain/ingest/producer.ts';
import { hashKey, idOfKey, newProducerKey, type StoredKey } from '../outbound/file-keys-format.ts';
import { writeJsonOnce } from './secret-json.ts';

/** `credentials.json`: what a producer and whoever signs users' tokens need. Secret. */
export type Credentials = {
  readonly producerKey: string;
  readonly token: {
    readonly algorithm: 'ES256';
    readonly privateJwk: JWK & { kid: string };
    readonly issuer: string;
    readonly audience: string;
  };
};

/** Of the tokens of every local installation. */
export const tokenIssuer = 'beforehand';
export const tokenAudience = 'beforehand';

/** Paths of what processes read: no secrets are in the last two. */
export type CredentialFiles = { credentials: string; jwks: string; producerKeys: string };

export function credentialFiles(dataDir: string): CredentialFiles {
  return {
    credentials: join(dataDir, 'credentials.json'),
    jwks: join(dataDir, 'jwks.json'),
    producerKeys: join(dataDir, 'producer-keys.json'),
  };
}

/**
 * Makes what is missing in `dataDir`. The two public files follow from credentials.json and are
 * never overwritten: they may have been edited, to add or to revoke keys.
 */
export async function openCredentials(
  dataDir: string,
  /** Where containers keep each for those alone who read it. */
  files: CredentialFiles = credentialFiles(dataDir),
): Promise<Credentials> {
  if (!existsSync(files.credentials)) {
    writeJsonOnce(files.credentials, await createCredentials(), 0o600);
  }
  const credentials = readCredentials(dataDir);
  writeJsonOnce(files.jwks, { keys: [publicJwk(credentials)] }, 0o644);
  writeJsonOnce(files.producerKeys, { keys: [producerKeyEntry(credentials.producerKey)] }, 0o644);
  return credentials;
}

/** Of an installation that has them. */
export function readCredentials(dataDir: string): Credentials {
  return JSON.parse(readFileSync(credentialFiles(dataDir).credentials, 'utf8')) as Credentials;
}

async function createCredentials(): Promise<Credentials> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(8).toString('hex');
  const privateJwk: JWK & { kid: string } = {
    ...(privateKey.export({ format: 'jwk' }) as JWK),
    ...{ kid, alg: 'ES256', use: 'sig' },
  };
  return {
    producerKey: newProducerKey(mayDoEverything(randomBytes(4).toString('hex'))).keyText,
    token: { algorithm: 'ES256', privateJwk, issuer: tokenIssuer, audience: tokenAudience },
  };
}

/** Everything but `d`, which is the private part. */
function publicJwk({ token }: Credentials): JWK {
  const { d: _, ...publicPart } = token.privateJwk;
  return publicPart;
}

function producerKeyEntry(key: string): StoredKey {
  return { ...mayDoEverything(idOfKey(key) ?? ''), sha256: hashKey(key) };
}

function mayDoEverything(id: string): Producer {
  return { id, sources: ['*'], types: ['*'], scopes: ['publish', 'erase'] };
}
