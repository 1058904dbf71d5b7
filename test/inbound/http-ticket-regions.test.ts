// Where an event's content is, region by region: from receipts in Postgres through the operator's door.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import { operatorLimits } from '../../src/main/operator-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startOperator } from '../../src/main/start-operator.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { postgresEventStories } from '../../src/outbound/postgres-event-stories.ts';
import { postgresReceipts } from '../../src/outbound/postgres-receipts.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

const nobodyAsks = () => Promise.reject(new Error('Nobody asks.'));
let database: TestDatabase;
let operator: Awaited<ReturnType<typeof startOperator>>;

beforeAll(async () => {
  database = await openTestDatabase();
  const { postgres } = database;
  operator = await startOperator({
    address: { host: '127.0.0.1', port: 0 },
    limits: readSettings(operatorLimits, {}),
    stories: postgresEventStories(postgres, postgresReceipts(postgres)),
    whole: { backlog: nobodyAsks, replicas: nobodyAsks },
    observe: () => {},
  });
});
beforeEach(() =>
  database.postgres.query(
    'empty',
    'truncate event, outcome, document, content, parked, receipt, replica',
    [],
  ),
);
afterAll(async () => {
  await operator.stop();
  await database.drop();
});

async function report(instance: string, receipts: readonly Receipt[]): Promise<void> {
  const head = { region: instance.slice(0, 2), instance, sentAtMs: Date.now(), isCaughtUp: true };
  await postgresReceipts(database.postgres).storeReport({ ...head, receipts });
}

/** Stores content for alice; resolves with the version that her document has then. */
async function store(event: AcceptedEvent, slot = 'offers'): Promise<number> {
  const committed = await postgresContentStore(database.postgres).commit([
    finished(event, content(1), { slot, name: slot }),
  ]);
  return committed.documents[0]?.version ?? 0;
}

async function regionsOf({ ticket }: AcceptedEvent) {
  const response = await fetch(`${operator.url}/v1/tickets/${ticket}`);
  expect(response.status).toBe(200);
  const { regions } = (await response.json()) as {
    regions: { region: string; state: string; positionedAt: string | null }[];
  };
  return regions;
}

async function statesOf(event: AcceptedEvent) {
  return Object.fromEntries((await regionsOf(event)).map(({ region, state }) => [region, state]));
}

describe('GET /v1/tickets/{ticket}, region by region', () => {
  it('tells where the content is, since when, and how long that took', async () => {
    const acceptedAtMs = Date.now() - 5_000;
    const event = anEvent({ id: 'e1', acceptedAtMs });
    const version = await store(event);
    const positionedAtMs = version + 12;
    await expect.poll(() => Date.now()).toBeGreaterThan(positionedAtMs);
    await report('eu-1', [{ user: 'alice', version, positionedAtMs }]);
    await report('us-1', []);
    const there = {
      state: 'positioned',
      positionedAt: new Date(positionedAtMs).toISOString(),
      positioningMs: positionedAtMs - acceptedAtMs,
    };
    const not = { state: 'waiting', positionedAt: null, positioningMs: null };
    expect(await regionsOf(event)).toEqual([
      { region: 'eu', ...there, instances: [{ instance: 'eu-1', ...there }] },
      { region: 'us', ...not, instances: [{ instance: 'us-1', ...not }] },
    ]);
  });

  it('waits for every replica of a region but those that were retired', async () => {
    const event = anEvent({ id: 'e1' });
    const version = await store(event);
    const receipt = { user: 'alice', version, positionedAtMs: event.acceptedAtMs };
    await report('eu-1', [receipt]);
    await report('eu-2', [{ ...receipt, version: version - 1 }]);
    expect(await statesOf(event)).toEqual({ eu: 'waiting' });
    await postgresReceipts(database.postgres).retire('eu-2');
    expect(await statesOf(event)).toEqual({ eu: 'positioned' });
  });

  it('holds an event for positioned when newer content followed, without its time', async () => {
    const [first, second] = [anEvent({ id: 'e1', stamp: 1 }), anEvent({ id: 'e2', stamp: 2 })];
    const versions = [await store(first), await store(second, 'books')] as const;
    const positionedAtMs = second.acceptedAtMs;
    await report('eu-1', [{ user: 'alice', version: versions[0], positionedAtMs }]);
    expect(await statesOf(first)).toEqual({ eu: 'positioned' });
    expect(await statesOf(second)).toEqual({ eu: 'waiting' });
    await report('eu-1', [{ user: 'alice', version: versions[1], positionedAtMs }]);
    expect(await statesOf(second)).toEqual({ eu: 'positioned' });
    expect(await regionsOf(first)).toMatchObject([{ state: 'positioned', positionedAt: null }]);
  });

  it('says plainly when there is nothing to position, or nothing known', async () => {
    const content = postgresContentStore(database.postgres);
    const [nothing, forAll] = [anEvent({ id: 'e1' }), anEvent({ id: 'e2', user: null })];
    await content.commit([
      finished(nothing, { kind: 'nothing' }),
      finished(forAll, { kind: 'nothing' }),
    ]);
    await report('eu-1', []);
    expect(await statesOf(nothing)).toEqual({ eu: 'nothing' });
    expect(await statesOf(forAll)).toEqual({ eu: 'unknown' });
    await database.postgres.query('old', `update outcome set outcome = 'stored'`, []);
    expect(await statesOf(nothing)).toEqual({ eu: 'unknown' });
  });

  it('waits while a unit of the event does', async () => {
    const event = anEvent({ id: 'e1' });
    const version = await store(event);
    await report('eu-1', [{ user: 'alice', version, positionedAtMs: 1 }]);
    const parking = { attempts: 1, delayMs: 60_000, error: 'deadline: It was late.' };
    await postgresContentStore(database.postgres).park({ event, name: 'books' }, parking);
    expect(await statesOf(event)).toEqual({ eu: 'waiting' });
  });

  it.each(['stored', 'parked'])(
    'waits while a unit runs that was not heard of, with one %s',
    async (end) => {
      const event = anEvent({ id: 'e1' });
      const contents = postgresContentStore(database.postgres);
      const unitNames = ['offers', 'books'];
      if (end === 'parked') {
        const parking = { attempts: 0, delayMs: 0, error: 'saturated', unitNames };
        await contents.park({ event, name: 'offers' }, parking);
      }
      const { documents } = await contents.commit([finished(event, content(1), { unitNames })]);
      await contents.unpark({ event, name: 'offers' });
      const version = documents[0]?.version ?? 0;
      await report('eu-1', [{ user: 'alice', version, positionedAtMs: 1 }]);
      expect(await statesOf(event)).toEqual({ eu: 'waiting' });
      await contents.commit([finished(event, { kind: 'nothing' }, { slot: 'books', unitNames })]);
      expect(await statesOf(event)).toEqual({ eu: 'positioned' });
    },
  );
});
