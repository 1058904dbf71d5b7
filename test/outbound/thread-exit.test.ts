// Authors who call process.exit.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import { createThreadUnitRunner } from '../../src/outbound/thread-unit-runner.ts';
import { callOf } from '../contract/unit-runner-call.ts';

describe('threads: authors who exit', { timeout: 60_000 }, () => {
  const observed: Observation[] = [];
  let runner: UnitRunner;

  beforeAll(async () => {
    runner = await createThreadUnitRunner({
      configFile: fileURLToPath(new URL('../contract/unit-runner-authors.ts', import.meta.url)),
      observe: (observation) => observed.push(observation),
      ...{ threads: 1, unitsPerThread: 8, aloneThreads: 1, maxWaiting: 100 },
      ...{ startTimeoutMs: 30_000, resourceLimits: {} },
    });
  }, 60_000);
  afterAll(() => runner.close());

  it.each([false, true])(
    'fails only the unit that calls process.exit (alone: %s)',
    async (alone) => {
      observed.length = 0;
      const neighbor = runner.run(callOf('slow'));
      expect(await runner.run(callOf('exits', { alone }))).toMatchObject({
        ...{ kind: 'failed', reason: 'threw' },
        error: expect.stringContaining('process.exit is not allowed'),
      });
      expect(await neighbor).toMatchObject({ kind: 'content' });
    },
  );

  it('tells of a process.exit that its caller does not hear of', async () => {
    observed.length = 0;
    const answer = await runner.run(callOf('exits-unheard'));
    expect(answer).toMatchObject({ contentJson: '"goes on"' });
    await expect
      .poll(() => observed.find(({ kind }) => kind === 'thread_printed'), { timeout: 10_000 })
      .toMatchObject({ text: expect.stringContaining('process.exit') });
  });

  it('lets Node itself end a thread after an exception that nobody caught', async () => {
    observed.length = 0;
    expect(await runner.run(callOf('ends-its-thread'))).toMatchObject({
      ...{ kind: 'crashed', error: 'Error: nobody catches me' },
    });
    expect(observed.filter(({ kind }) => kind === 'thread_printed')).toEqual([]);
  });
});
