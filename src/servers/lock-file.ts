// A file that one process holds at a time, and that is taken over when its holder died.
//
// Node has no flock, so the file names its holder by process id and start time. A number alone is
// given again: in a container the process after a crash often has the same one. Holders must share
// a process namespace; two containers on one volume do not see each other.

import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identifyProcess, isRunning, type RunningProcess } from './running-process.ts';

export type HeldLock = { release(): void };

/** Of a lock that somebody else has, or is just taking over; or this process, already. */
export type RefusedLock = { heldBy: RunningProcess };

/** Takes the lock, or says at once who has it. Its directory is created when it is not there. */
export function hold(file: string): HeldLock | RefusedLock {
  mkdirSync(dirname(file), { recursive: true });
  const own = describeSelf();
  const lock = { release: () => release(file, own) };
  if (place(file, own, linkIfFree)) return lock;
  const found = readIfThere(file);
  const heldBy = found === null ? null : livingHolder(found);
  if (heldBy !== null) return { heldBy };
  if (found === null) return hold(file);

  // Of several that found the dead holder only one may replace the file: a slow one would replace
  // the lock of a quick one. Who does it is decided by a lock again, which may outlive its holder,
  // too, and is then taken over in the same way. The chain ends, for every link of it is a process
  // that was killed between the next three lines.
  const turn = hold(`${file}.takeover`);
  if ('heldBy' in turn) return turn;
  const isTaken = isStale(file) && place(file, own, replace);
  turn.release();
  return isTaken ? lock : hold(file);
}

/** Brings the file there with all of its text in one step, so that nobody ever reads half of it. */
function place(file: string, text: string, move: (from: string, to: string) => boolean): boolean {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  try {
    return move(unfinished, file);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function replace(from: string, to: string): boolean {
  renameSync(from, to);
  return true;
}

/** Does nothing when it is called again and somebody else has the lock by then. */
function release(file: string, own: string): void {
  if (readIfThere(file) === own) rmSync(file, { force: true });
}

function isStale(file: string): boolean {
  const found = readIfThere(file);
  return found !== null && livingHolder(found) === null;
}

/** `null`, too, for a text that is none of ours: a machine that lost power leaves empty files. */
function livingHolder(text: string): RunningProcess | null {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<RunningProcess>;
    if (!Number.isSafeInteger(pid) || Number(pid) < 1 || typeof startedAt !== 'string') return null;
    const holder = { pid: Number(pid), startedAt };
    return isRunning(holder) ? holder : null;
  } catch {
    return null;
  }
}

function describeSelf(): string {
  const self = identifyProcess(process.pid);
  if (self === null) throw new Error('Neither /proc nor ps tells when this process was started.');
  return JSON.stringify(self);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
