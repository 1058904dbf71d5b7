import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/domain/errors.ts';
import type { Observation, Observe } from '../../src/domain/observation.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import {
  createThreadUnitRunner,
  type ThreadUnitRunnerOptions,
} from '../../src/outbound/thread-unit-runner.ts';
import { callOf } from '../contract/unit-runner-call.ts';
import { unitRunnerContract } from '../contract/unit-runner-contract.ts';

function open(
  observe: Observe,
  options: Partial<ThreadUnitRunnerOptions> = {},
): Promise<UnitRunner> {
  return createThreadUnitRunner({
    configFile: fileURLToPath(new URL('../contract/unit-runner-authors.ts', import.meta.url)),
    observe,
    threads: 1,
    unitsPerThread: 8,
    aloneThreads: 1,
    maxWaiting: 100,
    startTimeoutMs: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    ...options,
  });
}

unitRunnerContract('threads', open);

describe('threads: authors who end their thread', { timeout: 60_000 }, () => {
  const observed: Observation[] = [];
  let runner: UnitRunner;

  beforeAll(async () => {
    runner = await open((observation) => observed.push(observation));
  }, 60_000);
  afterAll(() => runner.close());

  it.each(['infinite-loop', 'ends-its-thread', 'out-of-memory'])(
    'answers crashed to all units of the thread, and charges only the guilty one alone: %s',
    async (guilty) => {
      const deadlineMs = guilty === 'infinite-loop' ? 300 : 10_000;
      const neighbor = runner.run(callOf('slow'));
      const crash = runner.run(callOf(guilty, { deadlineMs }));
      expect(await crash).toMatchObject({ kind: 'crashed', error: expect.any(String) });
      expect(await neighbor).toMatchObject({ kind: 'crashed' });

      const [neighborAlone, guiltyAlone] = await Promise.all([
        runner.run(callOf('slow', { alone: true })),
        runner.run(callOf(guilty, { alone: true, deadlineMs })),
      ]);
      expect(neighborAlone).toMatchObject({ kind: 'content', contentJson: '"slow"' });
      expect(guiltyAlone).toMatchObject({
        kind: 'failed',
        reason: guilty === 'infinite-loop' ? 'deadline' : 'crashed',
      });
      expect(await runner.run(callOf('echo'))).toMatchObject({ kind: 'content' });
    },
  );

  it('does not let 100 MB of content through', async () => {
    const answer = await runner.run(callOf('hundred-megabytes', { alone: true }));
    expect(answer).toMatchObject({ kind: 'failed' });
    expect(['too_large', 'crashed']).toContain((answer as { reason: string }).reason);
  });

  it('tells of a rejection that nobody waits for, and hurts nobody', async () => {
    const neighbor = runner.run(callOf('slow'));
    expect(await runner.run(callOf('leaves-a-rejection'))).toMatchObject({ kind: 'content' });
    expect(await neighbor).toMatchObject({ kind: 'content' });
    await expect
      .poll(() => observed.find(({ kind }) => kind === 'rejection_unhandled'), { timeout: 10_000 })
      .toMatchObject({ error: 'Error: nobody waits for me' });
  });

  it.each([
    'grows-a-list',
    'grows-maps',
    'asks-for-too-much',
    'loops-in-microtasks',
    'throws-a-trap',
    'throws-a-hundred-megabytes',
  ])('charges whoever does it and goes on: %s', async (guilty) => {
    const answer = await runner.run(callOf(guilty, { alone: true, deadlineMs: 2_000 }));
    expect(answer).toMatchObject({ kind: 'failed', error: expect.any(String) });
    expect((answer as { error: string }).error.length).toBeLessThanOrEqual(1_001);
    expect(await runner.run(callOf('echo', { alone: true }))).toMatchObject({ kind: 'content' });
  });

  it('survives messages that are not its own', async () => {
    expect(await runner.run(callOf('posts-nonsense'))).toMatchObject({ kind: 'content' });
    expect(await runner.run(callOf('echo'))).toMatchObject({ kind: 'content' });
  });

  it('bounds what is printed, logged and left behind, and keeps it off standard output', async () => {
    observed.length = 0;
    expect(await runner.run(callOf('prints-a-lot'))).toMatchObject({ kind: 'content' });
    expect(await runner.run(callOf('leaves-rejections'))).toMatchObject({ kind: 'content' });
    expect(await runner.run(callOf('logs-megabytes'))).toMatchObject({ kind: 'content' });
    await expect
      .poll(() => observed.filter(({ kind }) => kind === 'unit_logged'), { timeout: 10_000 })
      .toHaveLength(1);
    expect(observed.length).toBeGreaterThan(10);
    expect(observed.length).toBeLessThan(200);
    for (const observation of observed)
      expect(JSON.stringify(observation).length).toBeLessThan(3_000);
  });

  it('keeps to its thread what an author does to the process', async () => {
    const path = process.env.PATH;
    expect(await runner.run(callOf('changes-its-process'))).toMatchObject({ kind: 'content' });
    expect(process.env.PATH).toBe(path);
    expect(process.stdout.writable).toBe(true);
    const loop = callOf('infinite-loop', { deadlineMs: 300 });
    expect(await runner.run(loop)).toMatchObject({ kind: 'crashed' });
    expect(await runner.run(callOf('echo'))).toMatchObject({ kind: 'content' });
  });

  it('replaces a thread that an exception ended, and tells whom it hit', async () => {
    const neighbor = runner.run(callOf('slow'));
    expect(await runner.run(callOf('leaves-an-exception'))).toMatchObject({ kind: 'content' });
    expect(await neighbor).toMatchObject({ kind: 'crashed', error: 'Error: nobody catches me' });
    expect(await runner.run(callOf('echo'))).toMatchObject({ kind: 'content' });
  });

  it('tells of a thread that ended with no unit in it', async () => {
    observed.length = 0;
    expect(await runner.run(callOf('leaves-an-exception'))).toMatchObject({ kind: 'content' });
    await expect
      .poll(() => observed.find(({ kind }) => kind === 'thread_lost'), { timeout: 10_000 })
      .toMatchObject({ error: 'Error: nobody catches me' });
  });

  it('does not charge a unit that runs alone for what the one before it left behind', async () => {
    const before = await runner.run(callOf('leaves-an-exception', { alone: true }));
    const after = await runner.run(callOf('slow', { alone: true }));
    expect([before.kind, after.kind]).toEqual(['content', 'content']);
  });
});

describe('threads: limits', { timeout: 60_000 }, () => {
  it('does not count waiting for a thread as part of the deadline', async () => {
    const runner = await open(() => {}, { unitsPerThread: 1 });
    // The last of them waits for two and a half seconds.
    const deadlineMs = 2_000;
    const runs = Array.from({ length: 6 }, () => runner.run(callOf('slow', { deadlineMs })));
    const kinds = (await Promise.all(runs)).map((answer) => answer.kind);
    expect(kinds).toEqual(new Array(6).fill('content'));
    await runner.close();
  });

  it('refuses more calls than may wait, and serves the others', async () => {
    const runner = await open(() => {}, { unitsPerThread: 2, maxWaiting: 3 });
    const runs = Array.from({ length: 7 }, () => runner.run(callOf('slow')));
    const ends = await Promise.allSettled(runs);
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(ends.length - refused.length).toBe(5);
    expect(refused.map((end) => isUnavailable(end.reason))).toEqual([true, true]);
    await runner.close();
  });

  it('lets nobody who never failed wait for those who did', async () => {
    const runner = await open(() => {}, { aloneThreads: 1 });
    const failed = { alone: true, attempts: 1, deadlineMs: 4_000 };
    const poison = [1, 2].map(() => runner.run(callOf('never-settles', failed)));
    const echo = runner.run(callOf('echo', { alone: true })).then(() => 'the innocent');
    expect(await Promise.race([...poison, echo])).toBe('the innocent');
    await Promise.all(poison);
    await runner.close();
  });

  it('keeps serving alone while every unit there ends its thread', async () => {
    const runner = await open(() => {}, { aloneThreads: 2 });
    const runs = Array.from({ length: 5 }, () =>
      runner.run(callOf('ends-its-thread', { alone: true })),
    );
    const answers = await Promise.all(runs);
    expect(new Set(answers.map((answer) => answer.kind))).toEqual(new Set(['failed']));
    expect(await runner.run(callOf('echo', { alone: true }))).toMatchObject({ kind: 'content' });
    await runner.close();
  });

  it('refuses to start with a configuration that cannot be loaded, and says why', async () => {
    await expect(open(() => {}, { configFile: '/nowhere/beforehand.config.ts' })).rejects.toThrow(
      'beforehand.config.ts',
    );
    const withoutConfig = fileURLToPath(
      new URL('../contract/unit-runner-call.ts', import.meta.url),
    );
    await expect(open(() => {}, { configFile: withoutConfig })).rejects.toThrow('export "config"');
  });
});
