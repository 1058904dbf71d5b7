// What a replica keeps when its process dies, and when the machine does. A crash of the machine is a
// store that was never closed, opened again under another boot.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { aDocument } from '../fixtures/content.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-boot-mark-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const openStore = (name: string, bootId: string | null) =>
  openLmdbRegionStore({ directory: join(folder, name), mapBytes: 1_048_576, bootId });

/** A copy of its files as they are before it is closed: what a dead process leaves behind. */
async function leaveUnclosed(name: string, bootId: string | null): Promise<void> {
  const store = await openStore('living', bootId);
  await store.put([aDocument('alice', { version: 42 })]);
  await store.setComplete(true);
  cpSync(join(folder, 'living'), join(folder, name), { recursive: true });
  await store.close();
}

async function found(name: string, bootId: string | null) {
  const store = await openStore(name, bootId);
  const { version } = store.get('alice') ?? { version: null };
  const isComplete = store.isComplete();
  await store.close();
  return { version, isComplete };
}

const everything = { version: 42, isComplete: true };
const nothing = { version: null, isComplete: false };

it('keeps everything when only the process died', async () => {
  await leaveUnclosed('dead', 'boot-1');
  expect(await found('dead', 'boot-1')).toEqual(everything);
});

it('begins anew, and knows that it is not complete, when the machine crashed', async () => {
  await leaveUnclosed('dead', 'boot-1');
  expect(await found('dead', 'boot-2')).toEqual(nothing);
});

it('keeps everything across boots when it was closed', async () => {
  await leaveUnclosed('dead', 'boot-1');
  expect(await found('living', 'boot-2')).toEqual(everything);
  expect(await found('living', 'boot-3')).toEqual(everything);
});

it('begins anew when a second boot ended in a crash as well', async () => {
  await leaveUnclosed('dead', 'boot-1');
  await found('dead', 'boot-1');
  const second = await openStore('dead', 'boot-2');
  await second.put([aDocument('alice', { version: 43 })]);
  cpSync(join(folder, 'dead'), join(folder, 'dead-twice'), { recursive: true });
  await second.close();
  expect(await found('dead-twice', 'boot-3')).toEqual(nothing);
});

it('keeps what a release wrote that knew of no boots, for it flushed each write', async () => {
  await leaveUnclosed('dead', null);
  expect(await found('dead', 'boot-1')).toEqual(everything);
});

it('keeps what was flushed at each write, where nobody knows of boots', async () => {
  await leaveUnclosed('dead', null);
  expect(await found('dead', null)).toEqual(everything);
});
