// That nothing outlives a test run, even one that is killed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { identifyProcess } from '../../src/servers/running-process.ts';

const reaperFile = join(import.meta.dirname, '..', 'reaper.ts');

/** Starts a process of its own group that ignores polite signals, has it watched, and says its pid. */
const parentProgram = (directory: string) => `
  import { spawn } from 'node:child_process';
  import { startReaper } from ${JSON.stringify(reaperFile)};
  const reaper = startReaper(${JSON.stringify(directory)});
  const child = spawn('sh', ['-c', 'trap "" QUIT INT TERM; echo ready; sleep 600'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  reaper.watch(child.pid);
  child.stdout.once('data', () => console.log(child.pid));
`;

it('ends what was watched and deletes the directory when its parent is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-reaper-'));
  const program = ['--input-type=module', '--import', 'tsx', '--eval', parentProgram(directory)];
  const parent = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const watched = Number(line.toString());
  expect(identifyProcess(watched)).not.toBeNull();

  parent.kill('SIGKILL');

  await vi.waitFor(
    () => {
      expect(identifyProcess(watched)).toBeNull();
      expect(existsSync(directory)).toBe(false);
    },
    { timeout: 15_000 },
  );
});
