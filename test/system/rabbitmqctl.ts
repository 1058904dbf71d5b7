// What an operator tells the stack's RabbitMQ from a terminal.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackState } from '../../src/main/stack-state.ts';
import { findProgram } from '../../src/servers/programs.ts';

const run = promisify(execFile);

/** The program stands beside the server, where packages put both. */
const program = findProgram('rabbitmqctl', ['/usr/lib/rabbitmq/bin']);

/** Returns what runs `rabbitmqctl` against the stack in `dataDir`, and resolves with its output. */
export function rabbitmqctlOf(dataDir: string): (...args: string[]) => Promise<string> {
  return async (...args) => {
    const text = readFileSync(join(dataDir, 'stack', 'state.json'), 'utf8');
    const { members } = JSON.parse(text) as StackState;
    const node = members.find(({ kind }) => kind === 'rabbitmq');
    if (program === null || node === undefined) throw new Error('There is no rabbitmqctl.');
    const env = { PATH: process.env.PATH, ...node.env };
    const { stdout } = await run(program, args, { env, timeout: 180_000 });
    return stdout;
  };
}
