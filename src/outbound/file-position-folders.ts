// The folders positions lie in, and what of an earlier process's files can still be trusted.
//
//   users/ab/cdef…   one file a user       generic.json, pending.json   what everyone is shown
//   pages/ab/cdef…   the same as HTML      generic.html, pending.html   where there is a page
//   temp/            not yet finished      heartbeat, boot-id           see file-positions.ts, below

import {
  closeSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readBootId } from './file-boot-id.ts';
import { keyOfPath, type PositionKey } from './file-position-path.ts';
import { textOf } from './file-text.ts';

/** The greatest hash, which some file systems cut, and an odd one, which FAT rounds to even. */
const timesToKeepS = [0x7fffffff, 0x40000001];

/**
 * Makes `directory` ready and returns the positions found there, the eldest first. Pages stay if
 * there are any now, and beside a position only. Throws when it cannot be written, or cannot keep the
 * times that files carry.
 */
export function openPositionFolders(
  directory: string,
  { hasPages }: { hasPages: boolean },
): PositionKey[] {
  const temp = join(directory, 'temp');
  rmSync(temp, { recursive: true, force: true });
  if (!hasPages) removePages(directory);
  const shards = [
    ...shardsOf(directory, 'users'),
    ...(hasPages ? shardsOf(directory, 'pages') : []),
  ];
  for (const folder of [temp, ...shards]) {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  }
  checkTimes(directory, join(temp, 'times'));
  if (!isSameBoot(directory)) removeFiles(directory, shards);
  const found = positionsFound(directory);
  if (hasPages) removeLonePages(directory, new Set(found));
  return found;
}

function shardsOf(directory: string, kind: 'users' | 'pages'): string[] {
  return Array.from({ length: 256 }, (_, index) =>
    join(directory, kind, index.toString(16).padStart(2, '0')),
  );
}

/** The configuration has none any more. */
function removePages(directory: string): void {
  for (const name of ['generic.html', 'pending.html', 'pages']) {
    rmSync(join(directory, name), { recursive: true, force: true });
  }
}

function removeLonePages(directory: string, positions: ReadonlySet<PositionKey>): void {
  for (const folder of shardsOf(directory, 'pages')) {
    for (const name of readdirSync(folder)) {
      const key = keyOfPath(`${folder.slice(-2)}/${name}`);
      if (key === null || !positions.has(key)) rmSync(join(folder, name), { recursive: true });
    }
  }
}

function checkTimes(directory: string, path: string): void {
  const file = openSync(path, 'w', 0o640);
  try {
    for (const timeS of timesToKeepS) {
      futimesSync(file, timeS, timeS);
      if (fstatSync(file).mtimeMs === timeS * 1000) continue;
      throw new Error(
        `The file system of ${directory} does not keep the times of files, which tell clients ` +
          'whether they have the newest content. Choose another one: BEFOREHAND_POSITIONS_DIR.',
      );
    }
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** Files are not flushed one by one: a machine that lost its power may have kept half of one. */
function isSameBoot(directory: string): boolean {
  const now = readBootId();
  return now !== null && textOf(join(directory, 'boot-id')) === now;
}

function removeFiles(directory: string, shards: readonly string[]): void {
  const names = ['generic.json', 'pending.json', 'generic.html', 'pending.html', 'heartbeat'];
  for (const name of ['boot-id', ...names]) rmSync(join(directory, name), { force: true });
  for (const folder of shards) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  // Last: one that was killed half-way begins again.
  const bootId = readBootId();
  if (bootId !== null) writeFileSync(join(directory, 'boot-id'), bootId, { mode: 0o640 });
}

/** The time a file was changed is its content's hash; when it was renamed is kept beside it. */
function positionsFound(directory: string): PositionKey[] {
  const found: { key: PositionKey; renamedMs: number }[] = [];
  for (const folder of shardsOf(directory, 'users')) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const key = keyOfPath(`${folder.slice(-2)}/${name}`);
      if (key === null) rmSync(path, { recursive: true });
      else found.push({ key, renamedMs: lstatSync(path).ctimeMs });
    }
  }
  return found.sort((one, other) => one.renamedMs - other.renamedMs).map(({ key }) => key);
}
