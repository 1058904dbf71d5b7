// Starts a program as a process of its own group and waits until it says that it is ready.

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, type RunningProcess } from './running-process.ts';

export type SystemUser = { readonly uid: number; readonly gid: number };

export type ChildOptions = {
  /** What errors call it. */
  name: string;
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  runAs?: SystemUser | null;
  /** Gets the output of the child, behind what is already in it. */
  logFile: string;
  /** Whether it is ended, with its group, as soon as we are gone, even by SIGKILL. */
  isTied?: boolean;
  /** Called before anything is waited for, so that a killed parent can leave word of its child. */
  onSpawn?: ((pid: number) => void) | undefined;
};

export type Child = {
  readonly process: RunningProcess;
  /** Up to the last 64 KiB of what this child wrote. */
  output(): string;
  /** `null` while it runs, else how it ended. */
  ending(): string | null;
  /** Resolves with how it ended. */
  ended: Promise<string>;
};

const maxOutputBytes = 64 * 1024;
const pollMs = 20;

/**
 * A shell that becomes the child, and leaves one behind that waits for the end of a pipe: it comes
 * with our own end, however that is. A child that ignores SIGTERM is killed two seconds later.
 */
const tie = `(trap '' TERM; read -r _ <&3; kill -s TERM 0; sleep 2; kill -s KILL 0) & exec "$@" 3<&-`;

/**
 * Spawns a child that neither Ctrl-C in our terminal nor, unless it is tied, our own end reaches. Its
 * output goes to a file and not through a pipe, which would break when we end first.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const logStart = statSync(options.logFile).size;
  let ending: string | null = null;
  const words = [options.command, ...options.args];
  const [command = '', ...args] = options.isTied ? ['/bin/sh', '-c', tie, 'sh', ...words] : words;
  const child = spawn(command, args, {
    env: options.env,
    cwd: options.cwd,
    detached: true,
    stdio: ['ignore', log, log, ...(options.isTied ? (['pipe'] as const) : [])],
    ...(options.runAs ? { uid: options.runAs.uid, gid: options.runAs.gid } : {}),
  });
  closeSync(log);
  child.unref();
  // Held open by us alone, and no reason to stay.
  (child.stdio[3] as Socket | undefined)?.unref();
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      ending = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
      resolve(ending);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new Error(`${options.name} cannot be started: ${cause.message}`, { cause })),
    );
  });
  const pid = child.pid as number;
  options.onSpawn?.(pid);
  return {
    // A child that is already gone has no start time; an empty one matches no process.
    process: identifyProcess(pid) ?? { pid, startedAt: '' },
    output: () => readOutput(options.logFile, logStart),
    ending: () => ending,
    ended,
  };
}

export type Readiness = {
  /** Asked again and again. */
  isReady: (child: Child) => boolean | Promise<boolean>;
  timeoutMs: number;
};

/** `reason` is one line; the message has the end of the child's output, too. */
export class NotReady extends Error {
  readonly reason: string;

  constructor(name: string, reason: string, child: Child) {
    const tail = child.output().trimEnd().split('\n').slice(-20).join('\n');
    const written = tail === '' ? 'It wrote nothing.' : `It wrote last:\n${tail}`;
    super(`${name} ${reason}. ${written}`);
    this.reason = reason;
  }
}

/** Rejects with NotReady if the child ends or `timeoutMs` pass before it is ready. */
export async function waitUntilReady(
  name: string,
  child: Child,
  { isReady, timeoutMs }: Readiness,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const ending = child.ending();
    if (ending !== null) throw new NotReady(name, `${ending} before it was ready`, child);
    if (await isReady(child)) return;
    if (Date.now() > deadlineMs) {
      throw new NotReady(name, `was not ready after ${timeoutMs} ms`, child);
    }
    await delay(pollMs);
  }
}

function readOutput(logFile: string, logStart: number): string {
  const file = openSync(logFile, 'r');
  try {
    const size = statSync(logFile).size;
    const from = Math.max(logStart, size - maxOutputBytes);
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const length = readSync(file, bytes, 0, bytes.length, from);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
