// A replica killed while it lays a document down, and started again.
//
// Goal: what Nginx would serve is whole at every moment, its version never falls, and a replica that
// answers reads has laid down what it holds. Method: processes that kill themselves at named moments
// on one disk; the file is read as Nginx would read it.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import type { Moment } from './dying-replica.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'dying-replica.ts');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-dying-replica-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a replica until it has said `last`, or has killed itself. Resolves with what it said. */
async function replica(moment: Moment | 'never', version: number, last: string): Promise<string> {
  const running = run(process.execPath, [
    '--import',
    'tsx',
    script,
    moment,
    directory,
    `${version}`,
  ]);
  let said = '';
  running.child.stdout?.on('data', (text: Buffer) => {
    said += text;
    if (said.includes(last)) running.child.kill('SIGKILL');
  });
  const ended = await running.then(
    () => null,
    (error: { signal?: string; stderr?: string }) => error,
  );
  expect(ended?.signal, ended?.stderr).toBe('SIGKILL');
  return said;
}

function servedVersion(): number {
  const file = join(directory, 'positions', 'users', positionPathOf('alice'));
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

it.each([
  ['after_transaction', 1],
  ['before_rename', 1],
  ['after_rename', 2],
  ['before_ack', 2],
] as const)(
  'serves what it holds after a death %s',
  async (moment, versionThen) => {
    await replica('never', 1, 'laid down');
    expect(servedVersion()).toBe(1);

    expect(await replica(moment, 2, 'laid down')).not.toContain('laid down');
    expect(servedVersion()).toBe(versionThen);

    // Nothing is sent again: the broker may have taken the word that it was received.
    await replica('never', 0, 'ready');
    expect(servedVersion()).toBe(2);

    await replica('never', 1, 'laid down');
    expect(servedVersion()).toBe(2);
  },
  60_000,
);
