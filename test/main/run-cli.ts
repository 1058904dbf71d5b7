// The command line as a child process, as a person or a script runs it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));

export type CliResult = { code: number | null; stdout: string; stderr: string };

/** What it says of itself; `onStart` may do something to the process meanwhile. */
export async function runCli(
  args: readonly string[],
  env: { readonly [name: string]: string },
  onStart: (child: ChildProcess, said: () => string) => void = () => {},
): Promise<CliResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  onStart(child, () => stdout + stderr);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
