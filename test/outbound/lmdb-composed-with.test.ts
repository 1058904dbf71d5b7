// What the store on disk knows of what positions were composed with.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-composed-with-'));
  await (await reopen()).close();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const reopen = () => openLmdbRegionStore({ directory, mapBytes: 1_048_576, bootId: 'boot-1' });

it('keeps a digest of what positions were composed with, however much that is', async () => {
  const key = 'shell'.repeat(20_000);
  const store = await reopen();
  await store.setComposedWith(key);
  expect(['', key.slice(1), `${key} `, key].filter(store.isComposedWith)).toEqual([key]);
  await store.close();
  const root = open({ path: join(directory, 'content.mdb'), noSubdir: true });
  const kept = root.openDB({ name: 'meta', encoding: 'json' }).get('composedWith');
  await root.close();
  expect(kept).toMatch(/^[0-9a-f]{64}$/);
});

it('does not know what a release composed with that kept all of it', async () => {
  const root = open({ path: join(directory, 'content.mdb'), noSubdir: true });
  await root.openDB({ name: 'meta', encoding: 'json' }).put('composedWith', 'slots-1');
  await root.close();
  const store = await reopen();
  expect(store.isComposedWith('slots-1')).toBe(false);
  await store.setComposedWith('slots-1');
  expect(store.isComposedWith('slots-1')).toBe(true);
  await store.close();
});
