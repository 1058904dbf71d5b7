// A service from its start to its end, and after the end of whoever started it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Child } from '../../src/servers/child-process.ts';
import { findFreePort } from '../../src/servers/free-ports.ts';
import { portAnswers } from '../../src/servers/port-answers.ts';
import { identifyProcess, isRunning } from '../../src/servers/running-process.ts';
import { startService, stopService } from '../../src/servers/service-process.ts';

const cwd = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const killAfterMs = 5_000;
let directory: string;
const children: Child[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-service-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) await stopService(child, { killAfterMs: 0 });
  rmSync(directory, { recursive: true });
});

const logFile = () => join(directory, 'tiny.log');

async function start(
  command: readonly string[],
  more: { isTied?: boolean; readyTimeoutMs?: number } = {},
) {
  const port = await findFreePort();
  const started = await startService({
    ...{ name: 'tiny', command, port, cwd, killAfterMs, logFile: logFile() },
    env: { PATH: process.env.PATH ?? '', PORT: String(port), DATA_DIR: directory },
    ...{ isTied: false, readyTimeoutMs: 60_000, ...more },
  });
  if ('child' in started) children.push(started.child);
  return { started, port };
}

async function running(isTied: boolean) {
  const { started, port } = await start(['node', 'tiny.mjs'], { isTied });
  if ('absent' in started) throw new Error(started.absent);
  return { child: started.child, port };
}

describe.each([
  ['tied', true],
  ['not tied', false],
])('a service that is %s', (_what, isTied) => {
  it('runs in its folder, with what it is given and nothing else, and writes its log', async () => {
    const { child, port } = await running(isTied);
    const answer = await fetch(`http://127.0.0.1:${port}/who`);
    const told = (await answer.json()) as { pid: number; cwd: string; env: object };
    expect([told.pid, told.cwd]).toEqual([child.process.pid, cwd]);
    // Shells set these two themselves, and macOS one of its own.
    const own = ['PWD', '_', 'OLDPWD', 'SHLVL', '__CF_USER_TEXT_ENCODING'];
    const names = Object.keys(told.env).filter((name) => !own.includes(name));
    expect(names.toSorted()).toEqual(['DATA_DIR', 'PATH', 'PORT']);
    expect(readFileSync(logFile(), 'utf8')).toBe('asked for /who\n');
  });

  it('is gone when it was stopped', async () => {
    const { child, port } = await running(isTied);
    await stopService(child, { killAfterMs });
    expect(await child.ended).toBe('was ended by SIGTERM');
    expect([isRunning(child.process), await portAnswers(port)]).toEqual([false, false]);
  });

  it('is told of when it ends by itself', async () => {
    const { child, port } = await running(isTied);
    await fetch(`http://127.0.0.1:${port}/end`).catch(() => {});
    expect(await child.ended).toBe('was ended by SIGKILL');
  });
});

it('takes away what a service leaves behind when it ends', async () => {
  const { started } = await start(['sh', '-c', 'sleep 600 & echo $!; exec node tiny.mjs']);
  if ('absent' in started) throw new Error(started.absent);
  const left = identifyProcess(Number(readFileSync(logFile(), 'utf8')));
  expect(left).not.toBe(null);
  await stopService(started.child, { killAfterMs });
  expect(await started.child.ended).toBe('was ended by SIGTERM');
  await expect.poll(() => left !== null && isRunning(left)).toBe(false);
});

describe('a service that cannot be had', () => {
  it.each([
    ['there is no such program', ['no-such-program'], 'no-such-program was not found'],
    ['there is no such program here', ['./none'], './none was not found'],
    ['it ends at once', ['node', '-e', 'process.exit(7)'], 'it exited with code 7 before it was'],
  ])('is absent, because %s', async (_why, command, reason) => {
    const { started } = await start(command);
    expect(started).toEqual({ absent: expect.stringContaining(reason) });
  });

  it('is absent, because somebody else listens at its port, who would get its requests', async () => {
    const port = await findFreePort();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const started = await startService({
      ...{ name: 'tiny', command: ['node', 'tiny.mjs'], port, cwd, env: {}, logFile: logFile() },
      ...{ isTied: true, readyTimeoutMs: 60_000, killAfterMs },
    });
    stranger.close();
    expect(started).toEqual({ absent: `port ${port} is taken` });
  });

  it('is ended when it does not listen, even if it does not care about SIGTERM', async () => {
    const port = await findFreePort();
    const pids: number[] = [];
    const started = await startService({
      ...{ name: 'deaf', command: ['node', 'deaf.mjs'], port, cwd, env: {}, logFile: logFile() },
      ...{ isTied: true, readyTimeoutMs: 500, killAfterMs: 100, onSpawn: (pid) => pids.push(pid) },
    });
    expect(started).toEqual({ absent: `it was not ready after 500 ms, see ${logFile()}` });
    expect(pids).toHaveLength(1);
    expect(identifyProcess(pids[0] as number)).toBe(null);
  });
});

describe('when whoever started it is killed with SIGKILL', () => {
  const parent = fileURLToPath(new URL('../fixtures/services/parent.ts', import.meta.url));

  it.each([
    ['a tied service ends', 'true', true, 'tiny.mjs'],
    ['a tied service ends that does not care about SIGTERM', 'true', true, 'tiny.mjs stubborn'],
    ['another one stays', 'false', false, 'tiny.mjs'],
  ])('%s', async (_what, isTied, ends, command) => {
    const port = await findFreePort();
    const args = ['--import', 'tsx', parent, cwd, command, String(port), isTied, logFile()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = await once(child.stdout, 'data');
    const service = JSON.parse(String(text)) as Child['process'];
    try {
      expect(isRunning(service)).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
      if (ends) await expect.poll(() => isRunning(service), { timeout: 30_000 }).toBe(false);
      else expect(isRunning(service)).toBe(true);
    } finally {
      await stopService({ process: service }, { killAfterMs: 0 });
    }
  });
});
