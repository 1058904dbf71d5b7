// How the whole is: from Postgres through the operator's door.

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ReadBacklog } from '../../src/domain/backlog.ts';
import { Failure } from '../../src/domain/errors.ts';
import { operatorLimits } from '../../src/main/operator-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startOperator } from '../../src/main/start-operator.ts';
import { postgresBacklog } from '../../src/outbound/postgres-backlog.ts';
import { postgresReceipts } from '../../src/outbound/postgres-receipts.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(() => database.postgres.query('empty', 'truncate replica, parked, unsent', []));
afterAll(() => database.drop());

async function open(backlog: ReadBacklog = postgresBacklog(database.postgres)) {
  const operator = await startOperator({
    address: { host: '127.0.0.1', port: 0 },
    limits: readSettings(operatorLimits, {}),
    stories: { read: async () => null },
    whole: { backlog, replicas: postgresReceipts(database.postgres).replicas },
    observe: () => {},
  });
  onTestFinished(operator.stop);
  return async () => {
    const response = await fetch(`${operator.url}/v1/health`);
    const type = response.headers.get('content-type');
    return { code: response.status, type, body: (await response.json()) as { notes: string[] } };
  };
}

async function seen(instance: string, { agoMs = 0, isCaughtUp = true } = {}): Promise<void> {
  const { postgres } = database;
  await postgresReceipts(postgres).storeReport({
    ...{ region: instance.slice(0, 2), instance, isCaughtUp, receipts: [], sentAtMs: Date.now() },
  });
  await postgres.query(
    'since-then',
    `update replica set last_seen_at = last_seen_at - $2 * interval '1 ms' where instance = $1`,
    [instance, agoMs],
  );
}

describe('GET /v1/health', () => {
  it('passes while every replica is heard of and has all', async () => {
    await seen('eu-1');
    await seen('us-1');
    const { code, type, body } = await (await open())();
    expect([code, type]).toEqual([200, expect.stringMatching(/^application\/health\+json/)]);
    const replica = { status: 'pass', observedValue: expect.any(Number), observedUnit: 's' };
    expect(body).toEqual({
      status: 'pass',
      notes: [],
      checks: {
        'postgres:answers': [{ status: 'pass' }],
        'reports:arrive': [replica],
        'replica:lastSeen': [
          { ...replica, componentId: 'eu-1', region: 'eu' },
          { ...replica, componentId: 'us-1', region: 'us' },
        ],
        'units:parked': [{ status: 'pass', observedValue: 0, observedUnit: 'units' }],
        'units:dead': [{ status: 'pass', observedValue: 0, observedUnit: 'units' }],
        'content:unsent': [{ status: 'pass', observedValue: 0, observedUnit: 'places' }],
      },
    });
  });

  it('warns of a replica that is silent or behind, and of content not sent', async () => {
    await seen('eu-1');
    await seen('us-1', { agoMs: 60_000 });
    await seen('ap-1', { isCaughtUp: false });
    await database.postgres.query('unsent', `insert into unsent values ('a', '', now(), '')`, []);
    const { code, body } = await (await open())();
    expect([code, body]).toMatchObject([200, { status: 'warn' }]);
    expect(body.notes).toEqual([
      'ap-1 is catching up.',
      expect.stringMatching(/^us-1 was not heard of for \d+ s\.$/),
      expect.stringContaining('not fanned out'),
    ]);
  });

  it('passes again when the silent replica is retired', async () => {
    await seen('eu-1');
    await seen('us-1', { agoMs: 60_000 });
    await postgresReceipts(database.postgres).retire('us-1');
    expect((await (await open())()).body).toMatchObject({ status: 'pass' });
  });

  it('fails when nothing is heard of any replica, for the broker may be away', async () => {
    await seen('eu-1', { agoMs: 60_000 });
    const { code, body } = await (await open())();
    expect([code, body]).toMatchObject([503, { status: 'fail' }]);
    expect(body.notes[0]).toContain('the broker, the workers or all replicas are away');
  });

  it('fails while Postgres does not answer, and says so', async () => {
    const ask = await open(async () => {
      throw new Failure('unavailable', 'connection refused');
    });
    const { code, body } = await ask();
    expect([code, body]).toMatchObject([503, { status: 'fail' }]);
    expect(body.notes).toEqual([expect.stringContaining('connection refused')]);
  });

  it('counts to a bound, and asks Postgres once for many who ask', async () => {
    await database.postgres.query(
      'many',
      `insert into parked select '', '/s', n, 'offers', 0, now(), '' from generate_series(1, 10001) n`,
      [],
    );
    const read = postgresBacklog(database.postgres);
    let reads = 0;
    const ask = await open(() => {
      reads += 1;
      return read();
    });
    const answers = await Promise.all([1, 2, 3].map(ask));
    for (const { body } of answers) {
      expect(body).toMatchObject({ checks: { 'units:parked': [{ observedValue: 10_000 }] } });
    }
    expect(reads).toBe(1);
  });
});
