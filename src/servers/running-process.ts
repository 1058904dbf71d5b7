// Processes that may be nobody's child any more, known by pid and start time, and how to end them.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** `startedAt` is opaque. It tells a process from a later one that was given the same pid. */
export type RunningProcess = { readonly pid: number; readonly startedAt: string };

type ProcessFacts = { startedAt: string; isZombie: boolean; command: string };

const pollMs = 20;

export function identifyProcess(pid: number): RunningProcess | null {
  const facts = readFacts(pid);
  return facts === null || facts.isZombie ? null : { pid, startedAt: facts.startedAt };
}

export function isRunning({ pid, startedAt }: RunningProcess): boolean {
  return identifyProcess(pid)?.startedAt === startedAt;
}

/** The command line of a living process, else an empty text. */
export function commandOf(pid: number): string {
  return readFacts(pid)?.command ?? '';
}

export type StopOptions = {
  signal: NodeJS.Signals;
  /** After this the whole process group is killed with SIGKILL. */
  killAfterMs: number;
  /** Whether the first signal goes to the whole group, too. */
  signalsGroup?: boolean;
};

/**
 * Ends a process that leads a group of its own, as every child of startChild does, and whatever
 * it leaves behind in that group. Resolves once it is gone; at once if it already was.
 */
export async function stopProcess(running: RunningProcess, options: StopOptions): Promise<void> {
  const { pid } = running;
  const killAtMs = Date.now() + options.killAfterMs;
  if (isRunning(running)) sendSignal(options.signalsGroup ? -pid : pid, options.signal);
  while (isRunning(running)) {
    if (Date.now() > killAtMs) sendSignal(-pid, 'SIGKILL');
    await delay(pollMs);
  }
  // No pid is given again while a group has its number, so this group is still the old one. It may
  // also have become a stranger's since, whom we may not signal.
  if (identifyProcess(pid) === null) sendSignal(-pid, 'SIGKILL', ['ESRCH', 'EPERM']);
}

/** `ESRCH`: it ended by itself in the meantime. */
function sendSignal(target: number, signal: NodeJS.Signals, ignored = ['ESRCH']): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!ignored.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function readFacts(pid: number): ProcessFacts | null {
  return process.platform === 'linux' ? readFromProc(pid) : readFromPs(pid);
}

/** /proc, because slim images have no `ps`. Fields as in proc(5), counted behind the name. */
function readFromProc(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // A process that is being torn down ('X') or waits to be reaped ('Z') does nothing any more.
    return { startedAt: fields[19] ?? '', isZombie: /^[XZ]/.test(fields[0] ?? ''), command };
  } catch {
    return null;
  }
}

function readFromPs(pid: number): ProcessFacts | null {
  try {
    const columns = ['-o', 'lstart=', '-o', 'stat=', '-o', 'args='];
    const line = execFileSync('ps', ['-p', String(pid), ...columns], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const match = /^\s*(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(\S+)\s+(.*)$/m.exec(line);
    if (match === null) return null;
    const [, startedAt = '', state = '', command = ''] = match;
    return { startedAt, isZombie: state.startsWith('Z'), command };
  } catch {
    return null;
  }
}
