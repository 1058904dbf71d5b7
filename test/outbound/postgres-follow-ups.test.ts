// Follow-up events in Postgres: stored with their unit or not at all, and claimed by one worker.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await database.postgres.query('test-empty', 'truncate event, outcome, content, follow_up', []);
});
afterAll(() => database.drop());

const everything = { max: 9, leaseMs: 0 };
const store = () => postgresContentStore(database.postgres);
const reporting = (id: string, user = 'bob') => {
  const followUps = [anEvent({ id: `${id}#mail#0`, user })];
  return finished(anEvent({ id }), { kind: 'done', followUps }, { slot: null });
};

it('are not kept when what is stored with them cannot be', async () => {
  const made = content(1);
  const bad = finished(anEvent({ id: 'e2' }), { ...made, contentJson: '"\0"' } as typeof made);
  await expect(store().commit([reporting('e1'), bad])).rejects.toMatchObject({ code: 'rejected' });
  expect(await store().claimFollowUps(everything)).toEqual([]);
});

it('keep their unit from being stored when they cannot be', async () => {
  await expect(store().commit([reporting('e1', 'a\0b')])).rejects.toMatchObject({
    code: 'rejected',
  });
  expect((await store().commit([reporting('e1')])).outcomes).toEqual(['done']);
});

it('are left to whoever is claiming them, and not waited for', async () => {
  await store().commit([reporting('e1'), reporting('e2')]);
  await database.postgres.transaction(async (sql) => {
    await sql.query('test-claim', 'select 1 from follow_up where id = $1 for update', [
      'e1#mail#0',
    ]);
    const claimed = await store().claimFollowUps(everything);
    expect(claimed.map(({ id }) => id)).toEqual(['e2#mail#0']);
  });
});
