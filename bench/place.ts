// Where a suite works: a directory and processes that are gone when it ends, however it ends.

import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../src/servers/child-process.ts';
import { startReaper } from '../test/reaper.ts';

export type Place = {
  directory: string;
  /** On tmpfs where there is one, else on the disk. */
  memoryDirectory: string;
  isMemory: boolean;
  onSpawn: (pid: number) => void;
  /** Starts a TypeScript file of ours, with nothing of our own environment but the path. */
  startScript(
    name: string,
    file: string,
    args: readonly string[],
    env?: { readonly [name: string]: string },
  ): Promise<Child>;
  /** Ends every process, and deletes both directories. */
  clear(): Promise<void>;
};

const tmpfs = '/dev/shm';

export function openPlace(name: string): Place {
  const directory = mkdtempSync(join(tmpdir(), `beforehand-bench-${name}-`));
  const isMemory = canWrite(tmpfs);
  const memoryDirectory = mkdtempSync(
    join(isMemory ? tmpfs : directory, `beforehand-bench-${name}-`),
  );
  // Two, because each deletes one directory once its processes are gone.
  const reaper = startReaper(directory);
  const memoryReaper = startReaper(memoryDirectory);
  return {
    ...{ directory, memoryDirectory, isMemory },
    onSpawn: reaper.watch,
    startScript: (script, file, args, env = {}) =>
      startChild({
        name: script,
        command: process.execPath,
        args: ['--import', 'tsx', file, ...args],
        env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
        cwd: process.cwd(),
        logFile: join(directory, `${script}.log`),
        onSpawn: reaper.watch,
      }),
    async clear() {
      await reaper.reap();
      await memoryReaper.reap();
      rmSync(memoryDirectory, { recursive: true, force: true });
    },
  };
}

function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
