// The folder of a process's bundle, and the end of those that processes left which were killed.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'beforehand-thread-';

/** A new private folder. Those of processes that are no more go. */
export function makeThreadFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(prefix)) removeIfLeft(join(tmpdir(), name), name);
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

function removeIfLeft(folder: string, name: string): void {
  try {
    if (isLeft(folder, name)) rmSync(folder, { recursive: true, force: true });
  } catch {
    // It is another user's, or somebody else has just removed it.
  }
}

/** In a container every process may have the same id, so that ours tells nothing without the time. */
function isLeft(folder: string, name: string): boolean {
  const pid = Number(/^\d+(?=-)/.exec(name.slice(prefix.length)));
  if (pid === process.pid) {
    return statSync(folder).mtimeMs < Date.now() - process.uptime() * 1000 - 1000;
  }
  return pid > 0 && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
