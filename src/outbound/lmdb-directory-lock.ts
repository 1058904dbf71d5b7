// One process per directory: a second one would lay its older content over the first one's.
//
// Node has no flock, so the lock is a file that names its holder by process id and start time. A
// number alone is given again: in a container the process after a crash often has the same one.
// Holders must share a process namespace; two containers on one volume do not see each other.

import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Holder = { pid: number; startedAt: string };

export type DirectoryLock = { release(): void };

/** How often a lock is tried for that others take over, or give up, at the same moment. */
const maxAttempts = 10;

/** Throws while another process, or this one, holds the directory; takes over from a dead one. */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'lock');
  const own = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    if (linkWhole(path, own)) return { release: () => release(path, own) };
    const found = readIfThere(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && isAlive(holder)) {
      throw new Error(
        `${directory} is in use by process ${holder.pid}. Stop it, or give this one its own directory.`,
      );
    }
    removeStale(path, found);
  }
  throw new Error(`${directory} is being taken over by other processes. Start only one.`);
}

/** Creates the file with its text in one step, so that nobody ever reads half of it. */
function linkWhole(path: string, text: string): boolean {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text);
  try {
    linkSync(unfinished, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Of several that found the same stale lock one renames it; the others must not remove its own. */
function removeStale(path: string, stale: string): void {
  const taken = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const text = readFileSync(taken, 'utf8');
  rmSync(taken);
  if (text !== stale) linkWhole(path, text);
}

function release(path: string, own: string): void {
  if (readIfThere(path) === own) rmSync(path, { force: true });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>;
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof startedAt === 'string'
      ? { pid: Number(pid), startedAt }
      : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === startedAt;
}

/** Linux tells when a process was started, in ticks since boot; elsewhere the number must do. */
function startOf(pid: number): string {
  if (process.platform !== 'linux') return 'unknown';
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The second field is the program's name, which may hold spaces and brackets; 20 more follow.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
}
