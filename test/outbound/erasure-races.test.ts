// What the store keeps, or tells, of an event from before its user's erasure.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { eraseUser } from '../../src/outbound/postgres-erasure.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { openTestDatabase, type TestDatabase, waitingForLock } from '../postgres-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.postgres.query(
    'empty-everything',
    'truncate event, outcome, document, content, generic, parked, dead_letter, unsent, follow_up',
    [],
  );
});

const secret = { address: '1 Secret Street' };

async function textOf(table: string): Promise<string> {
  const { postgres } = database;
  const rows = await postgres.query(
    `all-${table}`,
    `select to_json(t)::text as row from ${table} t`,
    [],
  );
  return JSON.stringify(rows);
}

async function erased() {
  const store = postgresContentStore(database.postgres);
  await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
  await store.erase('alice', 10);
  return store;
}

it('does not keep the data of an event that came before the erasure', async () => {
  const store = await erased();
  const late = anEvent({ id: 'e2', stamp: 5, data: secret });
  expect((await store.commit([finished(late, content(2))])).outcomes).toEqual(['erased']);
  expect(await textOf('event')).not.toContain('Secret');
});

it('does not park it with its data', async () => {
  const store = await erased();
  const late = anEvent({ id: 'e2', stamp: 5, data: secret });
  await store.park(
    { event: late, name: 'offers' },
    { attempts: 0, delayMs: 1000, error: 'saturated' },
  );
  expect(await textOf('event')).not.toContain('Secret');
});

it('keeps no letter of it when it reuses an id', async () => {
  const store = await erased();
  const late = anEvent({ id: 'e1', stamp: 5, digest: 'other', data: secret });
  await store.commit([finished(late, content(2))]);
  expect(await textOf('dead_letter')).not.toContain('Secret');
});

it('keeps no letter of it when its event is dead as a whole', async () => {
  const store = await erased();
  const late = anEvent({ id: 'e1', stamp: 5, data: secret });
  const result = { kind: 'dead', reason: 'id_reuse', error: '', attempts: 0 } as const;
  await store.commit([{ event: late, unit: null, result, unitNames: [] }]);
  expect(await textOf('dead_letter')).not.toContain('Secret');
});

it('parks nothing of before beside an erasure', async () => {
  const store = postgresContentStore(database.postgres);
  await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
  const late = anEvent({ id: 'e2', stamp: 5, data: secret });
  const error = `threw: ${secret.address}`;
  const { parking } = await database.postgres.transaction(async (sql) => {
    await eraseUser(sql, 'alice', 10);
    const parking = store.park({ event: late, name: 'offers' }, { attempts: 1, delayMs: 0, error });
    await expect.poll(() => waitingForLock(database.postgres)).toBe(1);
    return { parking };
  });
  await parking;
  expect(await textOf('event')).not.toContain('Secret');
  expect(await textOf('parked')).toMatch(/"name[^}]*Its user was erased/);
});

it('tells of an erasure only with what is left after it', async () => {
  const store = postgresContentStore(database.postgres);
  await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content('of before'))]);
  const newer = anEvent({ id: 'e2', stamp: 11 });
  // Two connections are open, as they are in any worker.
  await Promise.all([1, 2].map(() => store.load([{ event: newer, slots: ['offers'] }])));
  const { loading } = await database.postgres.transaction(async (sql) => {
    // The erasure holds up whoever reads the document; content is read by another connection.
    await sql.query('test-hold', 'lock table document in access exclusive mode', []);
    const loading = store.load([{ event: newer, slots: ['offers'] }]);
    // Time for a read that must not happen yet: there is nothing to wait for.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sql.query('test-erase-1', `delete from content where user_id = 'alice'`, []);
    await sql.query('test-erase-2', `update document set erased = 10 where user_id = 'alice'`, []);
    return { loading };
  });
  const [state] = await loading;
  // Either both of before, which a commit refuses, or both of after.
  expect({ erased: state?.erasedStamp, previous: [...(state?.previous.values() ?? [])] }).toEqual({
    erased: 10,
    previous: [],
  });
});
