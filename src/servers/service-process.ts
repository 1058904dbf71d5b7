// A program that a configuration names, started beside ours at a port of its own.

import { isAbsolute, resolve } from 'node:path';
import { type Child, NotReady, startChild, waitUntilReady } from './child-process.ts';
import { portAnswers } from './port-answers.ts';
import { findProgram } from './programs.ts';
import { stopProcess } from './running-process.ts';

export type ServiceOptions = {
  name: string;
  /** A program and its arguments. `node` is the one that runs us. */
  command: readonly string[];
  /** Where it is to listen: it is ready when it accepts connections there. */
  port: number;
  env: { readonly [name: string]: string };
  cwd: string;
  logFile: string;
  isTied: boolean;
  readyTimeoutMs: number;
  killAfterMs: number;
  onSpawn?: ((pid: number) => void) | undefined;
};

/** `absent`: why it is not there, for people. */
export type StartedService = { child: Child } | { absent: string };

/** What does not start is not our failure: whoever calls it is prepared for that. */
export async function startService(options: ServiceOptions): Promise<StartedService> {
  const { name, port, readyTimeoutMs } = options;
  const [program = '', ...args] = options.command;
  const command = locate(program, options.cwd);
  if (command === null) return { absent: `${program} was not found` };
  // What is meant for the service would go to whoever listens there.
  if (await portAnswers(port)) return { absent: `port ${port} is taken` };
  const child = await startChild({ ...options, command, args });
  try {
    await waitUntilReady(name, child, {
      isReady: () => portAnswers(port),
      timeoutMs: readyTimeoutMs,
    });
    return { child };
  } catch (error) {
    await stopService(child, options);
    if (error instanceof NotReady) return { absent: `it ${error.reason}, see ${options.logFile}` };
    throw error;
  }
}

/** Also takes away what it left behind. Resolves once it is gone. */
export function stopService(
  { process }: Pick<Child, 'process'>,
  { killAfterMs }: { killAfterMs: number },
): Promise<void> {
  return stopProcess(process, { signal: 'SIGTERM', killAfterMs });
}

/** The path of the program, or `null`. One with a slash is in the folder that it is started in. */
function locate(program: string, cwd: string): string | null {
  if (program === 'node') return process.execPath;
  if (!program.includes('/')) return findProgram(program);
  const path = isAbsolute(program) ? program : resolve(cwd, program);
  return findProgram(path, ['/']);
}
