// Many events of one user at once, and a generator that coalesces: a few calls see all of them.

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import type { UnitCall } from '../../src/domain/worker/unit-call.ts';
import { createThreadUnitRunner } from '../../src/outbound/thread-unit-runner.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';
import { config, type Trail } from './clicks-config.ts';
import { type Flow, linksOn, openFlow } from './open-flow.ts';

/** What a worker holds at a time unless told otherwise. */
const prefetch = { interactive: 200, bulk: 50 };

type Call = { task: UnitCall; trail: Trail | null };

let flow: Flow;
let database: TestDatabase;
let calls: Call[] = [];

/** Notes what the threads are called with, and what they saw of it. */
function noting(runner: UnitRunner): UnitRunner {
  return {
    ...runner,
    async run(task) {
      const call: Call = { task, trail: null };
      calls.push(call);
      const answer = await runner.run(task);
      if (answer.kind === 'content') call.trail = JSON.parse(answer.contentJson);
      return answer;
    },
  };
}

beforeAll(async () => {
  database = await openTestDatabase();
  const broker = await openTestBroker(inject('amqpUrl'), `flow${randomBytes(4).toString('hex')}`);
  const runner = await createThreadUnitRunner({
    ...{ observe: () => {}, threads: 1, unitsPerThread: 8, aloneThreads: 1, maxWaiting: 1000 },
    ...{ startTimeoutMs: 30_000, resourceLimits: {} },
    configFile: fileURLToPath(new URL('./clicks-config.ts', import.meta.url)),
  });
  const links = linksOn(broker, database.postgres, prefetch);
  flow = await openFlow(
    {
      ...links,
      async close() {
        await runner.close();
        await broker.close();
        await database.drop();
      },
    },
    { config, disturb: (parts) => ({ ...parts, runner: noting(runner) }) },
  );
}, 60_000);
afterAll(() => flow.close());

function clicks(user: string, count: number, data: (index: number) => unknown = () => null) {
  return Array.from({ length: count }, (_, index) =>
    anEvent({
      ...{ id: `${user}-${index}`, user, type: 'page.clicked', stamp: 1000 + index },
      data: data(index) as null,
    }),
  );
}

async function allResolved(events: readonly AcceptedEvent[]): Promise<void> {
  await expect
    .poll(() => events.filter(({ ticket }) => flow.outcomesOf(ticket).length === 0), {
      timeout: 20_000,
    })
    .toEqual([]);
}

async function outcomesOf(user: string): Promise<{ [outcome: string]: number }> {
  const rows = await database.postgres.query<{ outcome: string; count: number }>(
    'test-outcomes',
    'select outcome, count(*)::int as count from outcome where user_id = $1 group by outcome',
    [user],
  );
  return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
}

function trailOf(user: string): Trail {
  return JSON.parse(flow.documentOf(user)?.slots[0]?.contentJson ?? 'null');
}

const idsOf = (events: readonly AcceptedEvent[]) => events.map(({ id }) => id);

describe('a hundred events of one user, in two batches', () => {
  it('are all handed over in three calls at most, and the newest one wins', async () => {
    calls = [];
    const events = clicks('alice', 100);
    await flow.publish(events.slice(0, 50));
    await flow.publish(events.slice(50));
    await allResolved(events);

    expect(calls.length).toBeLessThanOrEqual(3);
    const seen = calls.flatMap(({ trail }) => [...(trail?.earlier ?? []), trail?.newest]);
    expect(seen.sort()).toEqual(idsOf(events).sort());
    const { stored = 0, superseded = 0, ...others } = await outcomesOf('alice');
    expect(stored).toBeGreaterThanOrEqual(1);
    expect(stored).toBeLessThanOrEqual(3);
    expect({ total: stored + superseded, others }).toEqual({ total: 100, others: {} });

    await expect.poll(() => trailOf('alice')?.newest).toBe('alice-99');
    for (const { task } of calls) {
      expect(idsOf(task.earlier)).toEqual(
        [...task.earlier].sort((a, b) => a.stamp - b.stamp).map(({ id }) => id),
      );
    }
    // Each call sees what the one before it has stored.
    const newest = calls.map(({ trail }) => trail?.newest);
    expect(calls.map(({ trail }) => trail?.before)).toEqual([null, ...newest.slice(0, -1)]);
  });

  it('are all settled although the newest one throws, which alone is charged', async () => {
    calls = [];
    const events = clicks('bob', 100, (index) => (index === 99 ? 'throw' : null));
    await flow.publish(events.slice(0, 50));
    await flow.publish(events.slice(50));
    await allResolved(events);

    const thrown = calls.filter(({ trail }) => trail === null);
    expect(new Set(thrown.map(({ task }) => task.event.id))).toEqual(new Set(['bob-99']));
    expect(thrown.slice(1).map(({ task }) => task.earlier.length)).toEqual([0, 0, 0]);
    expect(calls.length).toBeLessThanOrEqual(3 + 4);
    const { stored = 0, superseded = 0, dead = 0 } = await outcomesOf('bob');
    expect({ total: stored + superseded, dead }).toEqual({ total: 99, dead: 1 });
    expect(trailOf('bob').newest).toBe('bob-98');
  });
});
