// The files of a page beside positions: whole, and there for those who show the page before.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type PageAsset, pageAssetOf } from '../../src/domain/replica/page-assets.ts';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { readBuiltPage, writeBuiltPage } from '../../src/outbound/file-built-page.ts';
import { layDownAssets } from '../../src/outbound/file-lay-down-assets.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-assets-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const weekMs = 604_800_000;

function assets(files: { [name: string]: string }): ReadonlyMap<string, PageAsset> {
  return new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      pageAssetOf(name, Buffer.from(text)) as PageAsset,
    ]),
  );
}

type Given = { atMs?: number; maxFormerBytes?: number };

function layDown(
  files: { [name: string]: string },
  { atMs = 0, maxFormerBytes = 1_000 }: Given = {},
) {
  layDownAssets({
    ...{ directory, files: assets(files), keepMs: weekMs, maxFormerBytes },
    ...{ nowMs: () => Date.now() + atMs, hashOf: contentHashOf },
  });
  const names = readdirSync(join(directory, 'assets')).toSorted();
  return names.filter((name) => !name.endsWith('.gz'));
}

it('lays files down with the time that tells Nginx what is in them, for it to read and nobody else', () => {
  expect(layDown({ 'main-AAAAAAAA.js': 'one', 'dot.svg': '<svg/>' })).toEqual([
    'dot.svg',
    'main-AAAAAAAA.js',
  ]);
  const path = join(directory, 'assets', 'dot.svg');
  expect(readFileSync(path, 'utf8')).toBe('<svg/>');
  const { mtimeMs, mode } = statSync(path);
  expect(mtimeMs).toBe(contentHashOf(Buffer.from('<svg/>')) * 1_000);
  expect(mode & 0o007).toBe(0);
});

it('lays text down compressed as well, under a time of its own, and no pixels', () => {
  const text = 'the same again '.repeat(100);
  layDown({ 'main-AAAAAAAA.js': text, 'photo.png': text });
  const folder = join(directory, 'assets');
  expect(readdirSync(folder).toSorted()).toEqual([
    'main-AAAAAAAA.js',
    'main-AAAAAAAA.js.gz',
    'photo.png',
  ]);
  const path = join(folder, 'main-AAAAAAAA.js.gz');
  expect(gunzipSync(readFileSync(path)).toString()).toBe(text);
  expect(statSync(path).mtimeMs).toBe(contentHashOf(readFileSync(path)) * 1_000);
});

it('replaces what changed, and what a crash left half-written', () => {
  layDown({ 'dot.svg': 'old' });
  writeFileSync(join(directory, 'assets', '.next'), 'half');
  expect(layDown({ 'dot.svg': 'new' })).toEqual(['dot.svg']);
  expect(readFileSync(join(directory, 'assets', 'dot.svg'), 'utf8')).toBe('new');
});

it('keeps files of the page before for a week from when it was replaced, however long it was shown', () => {
  layDown({ 'main-AAAAAAAA.js': 'one' });
  // Replaced long after it was written: its week begins now.
  const both = ['main-AAAAAAAA.js', 'main-BBBBBBBB.js'];
  expect(layDown({ 'main-BBBBBBBB.js': 'two' }, { atMs: 0 })).toEqual(both);
  expect(layDown({ 'main-BBBBBBBB.js': 'two' }, { atMs: weekMs - 60_000 })).toEqual(both);
  expect(layDown({ 'main-BBBBBBBB.js': 'two' }, { atMs: weekMs + 1 })).toEqual([both[1]]);
});

it('lets the longest former go when there is too much of them', async () => {
  layDown({ 'main-AAAAAAAA.js': 'x'.repeat(600) });
  layDown({ 'main-BBBBBBBB.js': 'y'.repeat(600) });
  const { ctimeMs } = statSync(join(directory, 'assets', 'main-AAAAAAAA.js'));
  await expect.poll(() => Date.now()).toBeGreaterThan(ctimeMs + 20);
  expect(layDown({ 'main-CCCCCCCC.js': 'z' })).toEqual(['main-BBBBBBBB.js', 'main-CCCCCCCC.js']);
});

it('makes a former file a current one again', () => {
  layDown({ 'main-AAAAAAAA.js': 'one' });
  layDown({ 'main-BBBBBBBB.js': 'two' });
  layDown({ 'main-AAAAAAAA.js': 'one' });
  expect(layDown({ 'main-AAAAAAAA.js': 'one' }, { atMs: weekMs + 60_000 })).toEqual([
    'main-AAAAAAAA.js',
  ]);
});

it('reads a built page as it was written, and says where none is', () => {
  const folder = join(directory, 'home');
  expect(readBuiltPage(folder)).toBeNull();
  const page = { shell: '<!-- slots -->', files: assets({ 'main-AAAAAAAA.js': 'one' }) };
  writeBuiltPage(folder, { shell: 'old', files: assets({ 'main-BBBBBBBB.js': 'old' }) });
  writeBuiltPage(folder, page);
  expect(readBuiltPage(folder)).toEqual(page);
});
