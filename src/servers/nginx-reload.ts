// A running Nginx takes up a new configuration, and nobody who connects notices.

import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type NginxOptions, type NginxServer, nginxArguments, stopNginx } from './nginx-server.ts';
import type { RunningProcess } from './running-process.ts';

const run = promisify(execFile);

const pollMs = 20;
const reloadTimeoutMs = 10_000;

/**
 * The listening sockets stay open: workers with the new configuration begin, and the former ones end
 * once their requests have. Rejects, and the former ones stay, when Nginx refuses the configuration.
 * The master is the same as before; for another program, stop Nginx and start it.
 */
export async function reloadNginx(
  master: RunningProcess,
  options: NginxOptions,
): Promise<NginxServer> {
  const { directory, program, config } = options;
  writeFileSync(join(directory, 'nginx.conf'), config);
  await run(program, [...nginxArguments(options), '-t'], { cwd: directory });
  const former = new Set(childrenOf(master.pid));
  process.kill(master.pid, 'SIGHUP');
  const deadlineMs = Date.now() + reloadTimeoutMs;
  while (childrenOf(master.pid).every((pid) => former.has(pid))) {
    if (Date.now() > deadlineMs) throw new Error(`Nginx ${master.pid} began no new workers.`);
    await delay(pollMs);
  }
  return { process: master, stop: () => stopNginx(master) };
}

/** /proc, because slim images have no `ps`. */
function childrenOf(parent: number): number[] {
  if (process.platform === 'linux') {
    const text = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  }
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number))
    .flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}
