// Finished bodies as files, which Nginx serves without asking anybody.
//
// A file is written beside its place and renamed into it, so that a reader opens the old body or
// the new one, whole. Nothing is flushed to the disk: after a lost power all are composed again.
// Calls are synchronous. In the thread pool they would cost more (measured for 5.6 KB: 60 µs of CPU
// against 225 µs in memory, 190 µs against 375 µs on a disk), and queues would have to keep order.

import {
  closeSync,
  futimesSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { GenericPair, Positions } from '../domain/replica/positions.ts';
import { openPositionFolders } from './file-position-folders.ts';
import { type PositionKey, pathOfKey, positionKeyOf } from './file-position-path.ts';

/**
 * Dropped at a time, when there are too many. The engine finds the first of a set by passing by all
 * that left it: 240 µs each time among 500,000, which 64 together share.
 */
const maxDroppedTogether = 64;

export type FilePositionsOptions = {
  /** This process's alone, with one file system for all that is below it. */
  directory: string;
  /** Positions of users; the eldest written go first. */
  maxFiles: number;
  /** Whether each of them has a page beside it; no unless given. */
  hasPages?: boolean;
  nowMs: Clock;
  /** 31 bits of what a body is: the time its file carries, and Nginx's validator thereby. */
  hashOf: (body: Uint8Array) => number;
};

/** Throws when the directory cannot be written, or cannot keep the times that files carry. */
export function filePositions(options: FilePositionsOptions): Positions {
  const { directory, maxFiles, hasPages = false, nowMs, hashOf } = options;
  const users = join(directory, 'users');
  const pages = join(directory, 'pages');
  const temp = join(directory, 'temp', 'next');
  const heartbeat = join(directory, 'heartbeat');
  // The eldest first. Measured: 69 bytes a file, 34 MB for 500,000 of them.
  const index = new Set<PositionKey>(openPositionFolders(directory, { hasPages }));

  const layDown = (path: string, body: Uint8Array) => replaceFile(path, body, { temp, hashOf });

  /** As long as one of the two is there, so is the position. */
  function removeFile(key: PositionKey): void {
    const path = pathOfKey(key);
    if (hasPages) unlinkIfThere(`${pages}/${path}`);
    unlinkIfThere(`${users}/${path}`);
    index.delete(key);
  }

  function dropEldest(): void {
    if (index.size <= maxFiles) return;
    const target = maxFiles - Math.min(maxDroppedTogether, Math.floor(maxFiles / 1000));
    for (const key of index) {
      if (index.size <= target) return;
      removeFile(key);
    }
  }

  function writeUser(key: PositionKey, body: Uint8Array, page: Uint8Array | undefined): void {
    const path = pathOfKey(key);
    try {
      if (page !== undefined) layDown(`${pages}/${path}`, page);
      else if (hasPages) unlinkIfThere(`${pages}/${path}`);
      layDown(`${users}/${path}`, body);
    } catch (error) {
      // The page of a first position may be there already, and is to be found until it is gone.
      index.add(key);
      // Whoever reads asks the replica then; an old body would stay for good.
      removeFile(key);
      throw error;
    }
    // Taken out first, because adding a known key would leave it at its old place.
    index.delete(key);
    index.add(key);
    dropEldest();
  }

  function attempt(change: () => void): void {
    try {
      change();
    } catch (error) {
      throw notWritten(directory, error);
    }
  }

  function keepOnly(kept: Iterable<string>): void {
    const others = new Set(index);
    for (const user of kept) others.delete(positionKeyOf(user));
    for (const key of others) removeFile(key);
  }

  attempt(dropEldest);
  return {
    write: (user, body, page) => attempt(() => writeUser(positionKeyOf(user), body, page)),
    keepOnly: (kept) => attempt(() => keepOnly(kept)),
    remove(user) {
      const key = positionKeyOf(user);
      if (index.has(key)) attempt(() => removeFile(key));
    },
    has: (user) => index.has(positionKeyOf(user)),
    count: () => index.size,
    writeGeneric: (json, html) => attempt(() => writeGeneric(directory, { json, html }, layDown)),
    beat: () => attempt(() => touch(heartbeat, nowMs() / 1000)),
  };
}

type ReplaceOptions = { temp: string; hashOf: FilePositionsOptions['hashOf'] };

function replaceFile(path: string, body: Uint8Array, { temp, hashOf }: ReplaceOptions): void {
  const hash = hashOf(body);
  try {
    const file = openSync(temp, 'w', 0o640);
    try {
      writeFileSync(file, body);
      // Before it can be read: Nginx makes the validator of a body from the time of its file.
      futimesSync(file, hash, hash);
    } finally {
      closeSync(file);
    }
    renameSync(temp, path);
  } catch (error) {
    rmSync(temp, { force: true });
    throw error;
  }
}

function writeGeneric(
  directory: string,
  pairs: { json: GenericPair; html: GenericPair | undefined },
  layDown: (path: string, body: Uint8Array) => void,
): void {
  const bodies = Object.entries(pairs).flatMap(([kind, pair]) =>
    pair === undefined
      ? []
      : Object.entries(pair).map(
          ([name, body]) => [join(directory, `${name}.${kind}`), body] as const,
        ),
  );
  try {
    for (const [path, body] of bodies) layDown(path, body);
  } catch (error) {
    // What they show may not be shown any longer.
    for (const [path] of bodies) unlinkIfThere(path);
    throw error;
  }
}

function notWritten(directory: string, cause: unknown): Failure {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException;
  return new Failure('unavailable', `${directory} cannot be written (${code}).`, { cause });
}

function touch(path: string, timeS: number): void {
  try {
    utimesSync(path, timeS, timeS);
  } catch (error) {
    if (!isMissing(error)) throw error;
    writeFileSync(path, '', { mode: 0o640 });
    utimesSync(path, timeS, timeS);
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
