// One command of the stack at a time.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isRunning, type RunningProcess } from '../servers/running-process.ts';

const pollMs = 50;

/** Runs `work` while no other command does. Waits for one that is at it; a dead one's lock ends. */
export async function withStackLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  while (!tryToLock(file)) await delay(pollMs);
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

/** `false`: another process that lives holds it, or one that died did so until now. */
export function tryToLock(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(identifyProcess(process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = readHolder(file);
    if (holder !== null && !isRunning(holder)) rmSync(file, { force: true });
    return false;
  }
}

/** `null`: it is being written just now, or was just deleted. */
function readHolder(file: string): RunningProcess | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunningProcess;
  } catch {
    return null;
  }
}
