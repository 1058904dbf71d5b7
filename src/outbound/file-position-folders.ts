// The folders positions lie in, and what of an earlier process's files can still be trusted.
//
//   users/ab/cdef…   one file a user       generic.json, pending.json   what everyone is shown
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
 * Makes `directory` ready and returns the positions found there, the eldest first. Throws when it
 * cannot be written, or cannot keep the times that files carry.
 */
export function openPositionFolders(directory: string): PositionKey[] {
  const temp = join(directory, 'temp');
  rmSync(temp, { recursive: true, force: true });
  for (const folder of [temp, ...shardsOf(directory)]) {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  }
  checkTimes(directory, join(temp, 'times'));
  if (!isSameBoot(directory)) removeFiles(directory);
  return positionsFound(directory);
}

function shardsOf(directory: string): string[] {
  return Array.from({ length: 256 }, (_, index) =>
    join(directory, 'users', index.toString(16).padStart(2, '0')),
  );
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

function removeFiles(directory: string): void {
  for (const name of ['boot-id', 'generic.json', 'pending.json', 'heartbeat']) {
    rmSync(join(directory, name), { force: true });
  }
  for (const folder of shardsOf(directory)) {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
  // Last: one that was killed half-way begins again.
  const bootId = readBootId();
  if (bootId !== null) writeFileSync(join(directory, 'boot-id'), bootId, { mode: 0o640 });
}

/** The time a file was changed is its content's hash; when it was renamed is kept beside it. */
function positionsFound(directory: string): PositionKey[] {
  const found: { key: PositionKey; renamedMs: number }[] = [];
  for (const folder of shardsOf(directory)) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const key = keyOfPath(`${folder.slice(-2)}/${name}`);
      if (key === null) rmSync(path, { recursive: true });
      else found.push({ key, renamedMs: lstatSync(path).ctimeMs });
    }
  }
  return found.sort((one, other) => one.renamedMs - other.renamedMs).map(({ key }) => key);
}
