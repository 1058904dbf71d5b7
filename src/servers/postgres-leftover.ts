// A Postgres that outlived the process that started it, found by the pid file in its cluster.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, identifyProcess, stopProcess } from './running-process.ts';

const killAfterMs = 30_000;

/**
 * Stops what still runs on `cluster`. The pid of a file that survived a crash of the machine may
 * belong to anybody by now, so the command line must name the cluster, too.
 */
export async function stopLeftoverPostgres(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === null) return;
  const running = identifyProcess(pid);
  if (running !== null && commandOf(pid).includes(cluster)) {
    await stopProcess(running, { signal: 'SIGINT', killAfterMs });
  }
  // Postgres would refuse to start if a stranger had the pid; without the file it recovers.
  rmSync(pidFile, { force: true });
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}
