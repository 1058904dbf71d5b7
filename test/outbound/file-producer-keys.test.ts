// Producers' keys in a file that changes under a running process.

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Producer } from '../../src/domain/ingest/producer.ts';
import type { Observation } from '../../src/domain/observation.ts';
import { newProducerKey, parseKeys } from '../../src/outbound/file-keys-format.ts';
import {
  type FileProducerKeys,
  openFileProducerKeys,
} from '../../src/outbound/file-producer-keys.ts';

const producer = (id: string): Producer => ({
  ...{ id, sources: ['/shop*'], types: ['*'], scopes: ['publish'] },
});

const shop = newProducerKey(producer('shop'));
const other = newProducerKey(producer('other'));

let folder: string;
let path: string;
let observed: Observation[];
let keys: FileProducerKeys | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keys-'));
  path = join(folder, 'keys.json');
  observed = [];
});

afterEach(async () => {
  await keys?.close();
  keys = undefined;
  await rm(folder, { recursive: true });
});

const fileOf = (...entries: unknown[]) => JSON.stringify({ keys: entries });

async function open(text: string): Promise<FileProducerKeys> {
  await writeFile(path, text);
  const observe = (observation: Observation) => observed.push(observation);
  keys = await openFileProducerKeys({ path, checkEveryMs: 20, observe });
  return keys;
}

const eventually = (fact: () => void) => vi.waitFor(fact, { timeout: 5_000, interval: 10 });

/** All at once, so that nobody reads half of it. */
async function replaceFile(text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('a key', () => {
  it.each(['/clients', '/clients/ada', '/clients/*', '/clients*', '/beforehand/*'])(
    'is not made for the source %s',
    (source) => {
      const make = () => newProducerKey({ ...producer('a'), sources: ['/shop', source] });
      expect(make).toThrow(`No key is good for the source ${source}: only`);
    },
  );

  it.each(['*', '/*', '/c*', '/clientele', '/shop/clients/*'])('is made for %s', (source) => {
    expect(newProducerKey({ ...producer('a'), sources: [source] }).entry.sources).toEqual([source]);
  });

  it('is its producer', async () => {
    const { find } = await open(fileOf(shop.entry, other.entry));
    expect(find(shop.keyText)).toMatchObject(producer('shop'));
    expect(find(other.keyText)).toMatchObject(producer('other'));
  });

  it('is worth nothing when any part of it is changed', async () => {
    const { find } = await open(fileOf(shop.entry));
    expect(find(other.keyText)).toBeNull();
    expect(find(shop.keyText.replace('bhk_shop', 'bhk_other'))).toBeNull();
    expect(find(`${shop.keyText} `)).toBeNull();
    expect(find(shop.keyText.slice(0, -1))).toBeNull();
    expect(find(shop.entry.sha256)).toBeNull();
    expect(find(`bhk_shop_${'A'.repeat(43)}`)).toBeNull();
    expect(find('')).toBeNull();
  });

  it('is not in the file', () => {
    expect(JSON.stringify(shop.entry)).not.toContain(shop.keyText.slice(-43));
  });
});

describe('the file', () => {
  it('may be edited: a revoked key is found no longer', async () => {
    const { find } = await open(fileOf(shop.entry, other.entry));
    await writeFile(path, fileOf(other.entry));
    await eventually(() => expect(find(shop.keyText)).toBeNull());
    expect(find(other.keyText)).not.toBeNull();
  });

  it('may be replaced by renaming another over it', async () => {
    const { find } = await open(fileOf(shop.entry));
    await writeFile(`${path}.new`, fileOf(other.entry));
    await rename(`${path}.new`, path);
    await eventually(() => expect(find(other.keyText)).not.toBeNull());
    expect(find(shop.keyText)).toBeNull();
  });

  it('keeps the last good keys when it becomes malformed or goes, and says so once', async () => {
    const { find } = await open(fileOf(shop.entry));
    const refusals = () => observed.filter(({ kind }) => kind === 'keys_refused');
    await replaceFile('{"keys":');
    await eventually(() => expect(refusals()).toHaveLength(1));
    await rm(path);
    await eventually(() => expect(refusals()).toHaveLength(2));
    expect(find(shop.keyText)).not.toBeNull();
    await replaceFile(fileOf(other.entry));
    await eventually(() => expect(find(other.keyText)).not.toBeNull());
    expect(find(shop.keyText)).toBeNull();
    expect(refusals()).toHaveLength(2);
  });

  it('must be there and well-formed at the start', async () => {
    const observe = () => {};
    const missing = openFileProducerKeys({ path, checkEveryMs: 1_000, observe });
    await expect(missing).rejects.toThrow(path);
    await expect(open('[]')).rejects.toThrow('{"keys": […]}');
  });
});

describe('an entry', () => {
  it.each([
    ['id', { id: 'under_score' }],
    ['sha256', { sha256: shop.entry.sha256.toUpperCase() }],
    ['sha256', { sha256: shop.keyText }],
    ['sources', { sources: [] }],
    ['sources', { sources: ['a*b'] }],
    ['types', { types: 'login' }],
    ['scopes', { scopes: ['admin'] }],
  ])('with a bad %s is refused with its place', (name, change) => {
    const text = fileOf(other.entry, { ...shop.entry, ...change });
    expect(() => parseKeys(text)).toThrow(`keys[1].${name}`);
  });

  it('has an id of its own', () => {
    expect(() => parseKeys(fileOf(shop.entry, shop.entry))).toThrow('there twice');
  });
});
