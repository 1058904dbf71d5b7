// The files from which a replica takes the keys of clients' tokens.

import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { type FileTokenKeys, openFileTokenKeys } from '../../src/outbound/file-token-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-token-keys-'));
const jwksFile = join(folder, 'jwks.json');
const secretFile = join(folder, 'secret');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
type Pair = ReturnType<typeof ec>;

const publicJwk = ({ publicKey }: Pair, more: object = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...more,
});
const one = publicJwk(ec(), { kid: 'one', alg: 'ES256', use: 'sig' });
const two = publicJwk(rsa(2048), { kid: 'two' });
const { privateKey } = ec();

/** All at once, so that nobody reads half of it. */
function write(value: unknown, path = jwksFile): void {
  writeFileSync(`${path}.new`, typeof value === 'string' ? value : JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

let observed: Observation[];
let opened: FileTokenKeys | undefined;
beforeEach(() => {
  observed = [];
  opened = undefined;
});
afterEach(() => opened?.close());

async function open(secret: string | null = null): Promise<FileTokenKeys> {
  opened = await openFileTokenKeys({
    ...{ jwksFile, secretFile: secret, checkEveryMs: 5 },
    observe: (observation) => observed.push(observation),
  });
  return opened;
}

const kids = (keys: FileTokenKeys) => keys.current().jwks.map(({ kid }) => kid);

describe('the file of public keys', () => {
  it('gives what is in it, and says how much that is', async () => {
    write({ keys: [one, two] });
    const keys = await open();
    expect(keys.current()).toEqual({ jwks: [one, two], secret: null });
    expect(observed).toEqual([{ kind: 'keys_loaded', keys: 2 }]);
  });

  it('may be edited', async () => {
    write({ keys: [one] });
    const keys = await open();
    const before = keys.current();
    write({ keys: [one, two] });
    await expect.poll(() => kids(keys)).toEqual(['one', 'two']);
    expect(keys.current()).not.toBe(before);
    expect(keys.current()).toBe(keys.current());
  });

  it('may be replaced', async () => {
    write({ keys: [one] });
    const keys = await open();
    write({ keys: [two] }, `${jwksFile}.new`);
    renameSync(`${jwksFile}.new`, jwksFile);
    await expect.poll(() => kids(keys)).toEqual(['two']);
  });

  it.each([
    ['is cut off', '{"keys": [{"kty"'],
    ['is empty', ''],
    ['has no keys', { keys: [] }],
    ['has a private key', { keys: [privateKey.export({ format: 'jwk' })] }],
    ['is gone', null],
  ])('keeps the last good keys when it %s, and says so once', async (_how, text) => {
    write({ keys: [one] });
    const keys = await open();
    if (text === null) rmSync(jwksFile);
    else write(text);
    const refusals = () => observed.filter(({ kind }) => kind === 'keys_refused');
    await expect.poll(() => refusals().length).toBe(1);
    expect(kids(keys)).toEqual(['one']);

    // Read many times since: had each of them said so, there would be more.
    write({ keys: [two] });
    await expect.poll(() => kids(keys)).toEqual(['two']);
    expect(refusals()).toHaveLength(1);
  });

  it.each([
    ['a list', [one], /"keys"/],
    ['null', null, /"keys"/],
    ['no JSON', 'keys', /JSON/],
    ['no key', { keys: [] }, /at least one/],
    ['text for a key', { keys: ['x'] }, /Key 0 is not an object/],
    ['a private key', { keys: [one, privateKey.export({ format: 'jwk' })] }, /Key 1 .*"d"/],
    ['a shared secret', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, /"k"/],
    ['another curve', { keys: [publicJwk(ec('P-384'))] }, /P-256/],
    ['a short RSA key', { keys: [publicJwk(rsa(1024))] }, /2048/],
    ['no point of the curve', { keys: [{ ...one, x: 'AAAA' }] }, /cannot be used/],
    ['another algorithm', { keys: [{ ...one, alg: 'RS256' }] }, /is for ES256/],
    ['a key for encryption', { keys: [{ ...one, use: 'enc' }] }, /not for signatures/],
    ['two keys without names', { keys: [publicJwk(ec()), publicJwk(ec())] }, /Key 0 needs a "kid"/],
    ['two keys of one name', { keys: [one, { ...two, kid: 'one' }] }, /Key 1 needs a "kid"/],
    ['too much', `{"keys":[]}${' '.repeat(300_000)}`, /more than 262144 bytes/],
  ])('refuses to start with %s', async (_what, text, message) => {
    write(text);
    await expect(open()).rejects.toThrow(message);
    await expect(open()).rejects.toThrow(jwksFile);
  });

  it('refuses to start without it', async () => {
    rmSync(jwksFile, { force: true });
    await expect(open()).rejects.toThrow(/ENOENT/);
  });

  it('accepts one key without a name', async () => {
    const unnamed = createPublicKey(privateKey).export({ format: 'jwk' });
    write({ keys: [unnamed] });
    expect((await open()).current().jwks).toEqual([unnamed]);
  });
});

describe('the secret for development', () => {
  it('is read without the line break of its editor', async () => {
    write({ keys: [one] });
    write(`${'s'.repeat(32)}\n`, secretFile);
    const { secret } = (await open(secretFile)).current();
    expect(Buffer.from(secret ?? []).toString()).toBe('s'.repeat(32));
    expect(observed).toEqual([{ kind: 'keys_loaded', keys: 2 }]);
  });

  it('must not be short, and is never shown', async () => {
    write({ keys: [one] });
    write('changeme', secretFile);
    await expect(open(secretFile)).rejects.toThrow(/at least 32 bytes/);
    await expect(open(secretFile)).rejects.not.toThrow(/changeme/);
  });
});
