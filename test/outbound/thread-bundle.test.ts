// What threads are started with where nothing was compiled: authors see no difference.

import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import { createThreadUnitRunner } from '../../src/outbound/thread-unit-runner.ts';
import { callOf } from '../contract/unit-runner-call.ts';

const fileOf = (name: string) => join(import.meta.dirname, name);
const urlOf = (name: string) => new URL(name, import.meta.url).href;
const firstLineOf = (name: string) => readFileSync(fileOf(name), 'utf8').split('\n')[0];

const observed: Observation[] = [];
let folder: string;
let runner: UnitRunner | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-bundle-'));
  vi.stubEnv('TMPDIR', folder);
});

afterEach(async () => {
  await runner?.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  observed.length = 0;
});

async function open(configName: string): Promise<UnitRunner> {
  runner = await createThreadUnitRunner({
    configFile: fileOf(configName),
    observe: (observation) => observed.push(observation),
    ...{ threads: 1, unitsPerThread: 8, aloneThreads: 1, maxWaiting: 100 },
    ...{ startTimeoutMs: 30_000, resourceLimits: {} },
  });
  return runner;
}

async function contentOf(name: string, given = {}): Promise<unknown> {
  const answer = await runner?.run(callOf(name, given));
  if (answer?.kind !== 'content') throw new Error(`Not content: ${JSON.stringify(answer)}`);
  return JSON.parse(answer.contentJson);
}

const bundles = () => readdirSync(folder).filter((name) => name.startsWith('beforehand-thread-'));

const kinds = () => observed.map(({ kind }) => kind);

describe('the bundle of threads', { timeout: 60_000 }, () => {
  it('lets authors use packages, what lies beside their files, and imports that come later', async () => {
    await open('thread-bundle-config.ts');
    expect(kinds()).toEqual([]);
    expect(await contentOf('packages')).toEqual(['number', []]);
    expect(await contentOf('beside')).toEqual([
      ...['beside', 'later', 'config'].map((name) => firstLineOf(`thread-bundle-${name}.ts`)),
      urlOf('thread-bundle-beside.ts'),
    ]);
    expect(await contentOf('later')).toBe(urlOf('thread-bundle-later.ts'));
  });

  it('names the lines that authors wrote', async () => {
    await open('thread-bundle-config.ts');
    const lines = readFileSync(fileOf('thread-bundle-config.ts'), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes("new Error('here')")) + 1;
    expect(await contentOf('stack')).toContain(`${fileOf('thread-bundle-config.ts')}:${line}:`);
  });

  it('lies in a folder that is private and goes when the threads are closed', async () => {
    const { close } = await open('thread-bundle-config.ts');
    const [made] = bundles();
    expect(statSync(join(folder, made ?? 'nothing')).mode & 0o777).toBe(0o700);
    await close();
    expect(readdirSync(folder)).not.toContain(made);
  });

  it('takes away what a process left that was killed, and nothing of one that lives', async () => {
    const module = JSON.stringify(fileOf('../../src/outbound/thread-folder.ts'));
    const code = `import { makeThreadFolder } from ${module};
      makeThreadFolder(); process.kill(process.pid, 'SIGKILL');`;
    const run = ['--import', 'tsx', '--input-type=module', '-e', code];
    expect(spawnSync(process.execPath, run).signal).toBe('SIGKILL');
    const left = bundles();
    expect(left).toEqual([expect.stringMatching(/^beforehand-thread-\d+-/)]);
    const names = [process.ppid, process.pid].map((pid) => `beforehand-thread-${pid}-a`);
    // In a container the process before this one had its id.
    const same = `beforehand-thread-${process.pid}-b`;
    for (const name of [...names, same]) mkdirSync(join(folder, name));
    utimesSync(join(folder, same), 1, 1);
    await open('thread-bundle-config.ts');
    const kept = bundles();
    expect(kept).toEqual(expect.arrayContaining(names));
    expect(kept).not.toEqual(expect.arrayContaining(left));
    expect(kept).not.toContain(same);
  });

  it('is not needed: without it, threads read the files themselves', async () => {
    await open('thread-bundle-config.ts');
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    const loop = callOf('loops', { alone: true, deadlineMs: 100 });
    expect(await runner?.run(loop)).toMatchObject({ kind: 'failed', reason: 'deadline' });
    expect(await contentOf('later', { alone: true })).toBe(urlOf('thread-bundle-later.ts'));
  });

  it('is not made, and that is told, where it is only known later what is imported', async () => {
    await open('thread-bundle-unknown-config.ts');
    expect(kinds()).toEqual(['threads_not_bundled']);
    expect(bundles()).toEqual([]);
    expect(await contentOf('later')).toBe(urlOf('thread-bundle-later.ts'));
  });
});
