// The CPU time that processes and their children have used so far, from /proc.

import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: fixed at 100 for what /proc shows, on every architecture that Node runs on. */
const ticksPerSecond = 100;

type ProcessTimes = { pid: number; parent: number; ticks: number };

/**
 * User and system time in microseconds, of `pids` and of everything below them, what has ended
 * there included. The kernel counts in steps of 10 ms, so what is measured should take seconds.
 */
export function cpuMicrosOf(pids: readonly number[]): number {
  const processes = readProcesses();
  const counted = new Set(pids);
  // A child's pid may be lower than its parent's once numbers wrap around: repeat until none joins.
  for (let size = -1; size !== counted.size; ) {
    size = counted.size;
    for (const { pid, parent } of processes) if (counted.has(parent)) counted.add(pid);
  }
  const ticks = processes
    .filter(({ pid }) => counted.has(pid))
    .reduce((sum, process) => sum + process.ticks, 0);
  return (ticks * 1_000_000) / ticksPerSecond;
}

function readProcesses(): ProcessTimes[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

/** Fields as in proc(5), counted behind the name, which may hold spaces itself. */
function readProcess(pid: number): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own, and that of children it has seen end: a server's sessions come and go.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    return null; // It ended since the directory was listed.
  }
}
