// What is on the disk before what else. No test can cut the power, so this one watches the order.

import type * as NodeFs from 'node:fs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type * as Lmdb from 'lmdb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';

const steps: string[] = [];

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof NodeFs>();
  const opened = new Map<number, string>();
  const openSync: typeof fs.openSync = (path, flags, mode) => {
    const file = fs.openSync(path, flags, mode);
    opened.set(file, basename(String(path)));
    return file;
  };
  const fsyncSync: typeof fs.fsyncSync = (file) => {
    fs.fsyncSync(file);
    steps.push(`flush ${opened.get(file)}`);
  };
  const rmSync: typeof fs.rmSync = (path, options) => {
    fs.rmSync(path, options);
    steps.push(`remove ${basename(String(path))}`);
  };
  const writeFileSync: typeof fs.writeFileSync = (path, text, options) => {
    fs.writeFileSync(path, text, options);
    const isFlushed = typeof options === 'object' && options?.flush === true;
    steps.push(`${isFlushed ? 'write and flush' : 'write'} ${basename(String(path))}: ${text}`);
  };
  return { ...fs, openSync, fsyncSync, rmSync, writeFileSync };
});

vi.mock('lmdb', async (original) => {
  const lmdb = await original<typeof Lmdb>();
  const open = (options: Lmdb.RootDatabaseOptionsWithPath) => {
    steps.push(options.noSync ? 'open without flushes' : 'open');
    const root = lmdb.open(options);
    const close = root.close.bind(root);
    root.close = async () => {
      await close();
      steps.push('close');
    };
    return root;
  };
  return { ...lmdb, open };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-flushes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stepsOf(bootId: string | null, name = 'store'): Promise<string[]> {
  steps.length = 0;
  const directory = join(folder, name);
  const store = await openLmdbRegionStore({ directory, mapBytes: 1_048_576, bootId });
  await store.close();
  return [...steps];
}

const ended = ['close', 'flush content.mdb', 'write and flush boot-id: flushed', 'flush store'];
const begun = ['write and flush boot-id: boot-2', 'flush store', 'open without flushes'];

it('says who writes before anything is written, and that it was flushed when it was', async () => {
  expect(await stepsOf('boot-2')).toEqual([...begun, ...ended]);
});

it('removes what cannot be trusted before it says who writes', async () => {
  await stepsOf('boot-1');
  writeFileSync(join(folder, 'store', 'boot-id'), 'boot-1');
  const removed = ['remove content.mdb', 'remove content.mdb-lock'];
  expect(await stepsOf('boot-2')).toEqual([...removed, ...begun, ...ended]);
});

it('flushes each write where nobody knows of boots', async () => {
  expect(await stepsOf(null)).toEqual(['open', 'close']);
});
