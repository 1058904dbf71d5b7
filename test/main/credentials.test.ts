// Keys of a local installation, and the tokens signed with them.

import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { credentialFiles, openCredentials } from '../../src/main/credentials.ts';
import { signToken } from '../../src/main/sign-token.ts';
import { hashKey, parseKeys } from '../../src/outbound/file-keys-format.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'beforehand-credentials-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

it('makes keys once, even when several processes come first', async () => {
  const opened = await Promise.all([1, 2, 3].map(() => openCredentials(dataDir)));
  const again = await openCredentials(dataDir);
  for (const credentials of opened) expect(credentials).toEqual(again);
});

it('keeps the secrets to their owner, and out of the other files', async () => {
  const { producerKey, token } = await openCredentials(dataDir);
  const files = credentialFiles(dataDir);
  expect(statSync(files.credentials).mode & 0o777).toBe(0o600);
  for (const file of [files.jwks, files.producerKeys]) {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(producerKey);
    expect(text).not.toContain(token.privateJwk.d);
  }
});

it('writes a keys file that the ingest reads and that knows the key', async () => {
  const { producerKey } = await openCredentials(dataDir);
  const keys = parseKeys(readFileSync(credentialFiles(dataDir).producerKeys, 'utf8'));
  const [entry] = keys.values();
  expect(entry?.sha256).toBe(hashKey(producerKey));
  expect(producerKey).toMatch(/^bhk_[0-9a-f]{8}_[\w-]{43}$/);
});

it('leaves a keys file alone that somebody has edited', async () => {
  await openCredentials(dataDir);
  const { producerKeys } = credentialFiles(dataDir);
  writeFileSync(producerKeys, '{"keys":[]}');
  await openCredentials(dataDir);
  expect(readFileSync(producerKeys, 'utf8')).toBe('{"keys":[]}');
});

it('signs a token for one user that the public keys verify', async () => {
  const credentials = await openCredentials(dataDir);
  const jwt = await signToken(credentials, { user: 'alice', ttlS: 60 });
  const keys = createLocalJWKSet(readJson<JSONWebKeySet>(credentialFiles(dataDir).jwks));
  const { payload, protectedHeader } = await jwtVerify(jwt, keys, {
    issuer: 'beforehand',
    audience: 'beforehand',
    algorithms: ['ES256'],
  });
  expect(payload.sub).toBe('alice');
  expect((payload.exp as number) - (payload.iat as number)).toBe(60);
  expect(protectedHeader.kid).toBe(credentials.token.privateJwk.kid);
});

it.each(['', '.hidden', 'a/b', 'x'.repeat(129)])('signs nothing for "%s"', async (user) => {
  const credentials = await openCredentials(dataDir);
  await expect(signToken(credentials, { user, ttlS: 60 })).rejects.toThrow('is not a user');
});
