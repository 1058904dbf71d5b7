import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryContentStore } from '../../src/outbound/memory-content-store.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import type { Postgres } from '../../src/outbound/postgres-pool.ts';
import { contentStoreContract } from '../contract/content-store-contract.ts';
import { contentStoreErasureContract } from '../contract/content-store-erasure-contract.ts';
import { contentStoreFollowUpContract } from '../contract/content-store-follow-up-contract.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import {
  openTestDatabase,
  openTestPool,
  type TestDatabase,
  waitingForLock,
} from '../postgres-database.ts';

let database: TestDatabase;
/** With the rights that a worker has, and no others. */
let worker: Postgres;

beforeAll(async () => {
  database = await openTestDatabase();
  worker = openTestPool(await database.urlOf('worker'));
});
afterAll(async () => {
  await worker.close();
  await database.drop();
});

async function emptyStore() {
  await database.postgres.query('empty-everything', `truncate ${tables}`, []);
  return postgresContentStore(worker);
}

const names = 'event outcome document content generic parked dead_letter unsent follow_up';
const tables = names.split(' ');

/** All that Postgres keeps, as text. */
async function everything(): Promise<string> {
  const texts = tables.map((table) => `select to_json(t)::text as row from ${table} t`);
  return JSON.stringify(await database.postgres.query('all', texts.join(' union all '), []));
}

contentStoreContract('memory', async () => memoryContentStore());
contentStoreContract('Postgres', emptyStore);
contentStoreFollowUpContract('memory', async () => memoryContentStore());
contentStoreFollowUpContract('Postgres', emptyStore);
contentStoreErasureContract('memory', async () => {
  const store = memoryContentStore();
  return {
    store,
    erase: async (stamp) => store.erase('alice', stamp),
    async kept() {
      const parked = await store.claimParked({ max: 99, leaseMs: 0 });
      const followUps = await store.claimFollowUps({ max: 99, leaseMs: 0 });
      const documents = await store.readDocuments(['alice']);
      return JSON.stringify([parked, followUps, documents, ...store.deadLetters.values()]);
    },
  };
});
contentStoreErasureContract('Postgres', async () => {
  const store = await emptyStore();
  return { store, erase: (stamp) => store.erase('alice', stamp), kept: everything };
});

describe('the content store on Postgres', () => {
  it('keeps both slots when the second commit starts before the first one ends', async () => {
    const store = await emptyStore();
    await store.commit([
      finished(anEvent({ id: 'e1', stamp: 1 }), content('old'), { slot: 'offers' }),
      finished(anEvent({ id: 'e2', stamp: 1 }), content('old'), { slot: 'books' }),
    ]);
    const second = await database.postgres.transaction(async (sql) => {
      // The first worker holds the lock with its change made and not yet committed …
      await sql.query('test-lock', 'select 1 from document where user_id = $1 for update', [
        'alice',
      ]);
      await sql.query(
        'test-write',
        `update content set content = '"new"', stamp = 2 where slot = 'offers'`,
        [],
      );
      const waiting = store.commit([
        finished(anEvent({ id: 'e3', stamp: 2 }), content('new'), { slot: 'books' }),
      ]);
      await expect.poll(() => waitingForLock(database.postgres)).toBe(1);
      const raise = 'update document set version = version + 1 where user_id = $1';
      await sql.query('test-raise', raise, ['alice']);
      return { waiting };
    });
    // … and the second one publishes what the first committed, not what it saw before the lock.
    const { documents } = await second.waiting;
    expect(documents[0]?.slots.map((slot) => slot.contentJson)).toEqual(['"new"', '"new"']);
  });

  it('orders two workers that meet a new user', async () => {
    const store = await emptyStore();
    const outcome = await database.postgres.transaction(async (sql) => {
      await sql.query(
        'test-insert',
        'insert into document (user_id, version, erased, stored_at) values ($1, 7, 0, now())',
        ['alice'],
      );
      await sql.query(
        'test-insert-content',
        `insert into content values ('alice', 'books', 1, '/test', 'e0', 't', now(), null, '"first"')`,
        [],
      );
      const waiting = store.commit([finished(anEvent({ id: 'e1' }), content('second'))]);
      await expect.poll(() => waitingForLock(database.postgres)).toBe(1);
      return { waiting };
    });
    const { documents } = await outcome.waiting;
    expect(documents[0]?.version).toBeGreaterThan(7);
    expect(documents[0]?.slots.map((slot) => slot.contentJson)).toEqual(['"first"', '"second"']);
  });

  it('keeps how long the author’s code ran in whole milliseconds', async () => {
    const store = await emptyStore();
    await store.commit([
      { ...finished(anEvent({ id: 'e1' }), content(1)), tookMs: 2.6 },
      finished(anEvent({ id: 'e2', user: 'bob' }), content(1)),
    ]);
    const rows = 'select took_ms from outcome order by id';
    const kept = await database.postgres.query('took', rows, []);
    expect(kept).toEqual([{ took_ms: 3 }, { took_ms: null }]);
  });

  it('has no statement more for units that report nothing', async () => {
    await emptyStore();
    const names: string[] = [];
    const { postgres } = database;
    const store = postgresContentStore({
      ...postgres,
      transaction: (work) =>
        postgres.transaction((sql) =>
          work({
            query(name, text, values) {
              names.push(name);
              return sql.query(name, text, values);
            },
          }),
        ),
    });
    await store.commit([finished(anEvent({ id: 'e1' }), content(1))]);
    expect(names).not.toContain('insert-follow-ups');
    const followUps = [anEvent({ id: 'e2#offers#0' })];
    await store.commit([finished(anEvent({ id: 'e2' }), { kind: 'nothing', followUps })]);
    expect(names).toContain('insert-follow-ups');
  });

  it('holds the longest key that ingest accepts, in every table', async () => {
    const store = await emptyStore();
    const event = anEvent({
      id: '語'.repeat(255),
      source: `/${randomBytes(1023).toString('hex').slice(0, 1023)}`,
      user: 'u'.repeat(128),
    });
    const name = 'n'.repeat(64);
    const error = 'It never worked.';
    await store.park({ event, name }, { attempts: 1, delayMs: 0, error });
    const dead = { kind: 'dead', reason: 'threw', error, attempts: 4 } as const;
    const { outcomes } = await store.commit([
      finished(event, dead, { slot: null, name }),
      finished(event, content(1), { slot: 's'.repeat(64) }),
    ]);
    expect(outcomes).toEqual(['dead', 'stored']);
  });

  it('sees an erasure that was committed while it waited for the lock', async () => {
    const store = await emptyStore();
    await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
    const { waiting } = await database.postgres.transaction(async (sql) => {
      await sql.query('test-erase-late', 'update document set erased = 10', []);
      const late = store.commit([finished(anEvent({ id: 'e2', stamp: 5 }), content(2))]);
      await expect.poll(() => waitingForLock(database.postgres)).toBe(1);
      return { waiting: late };
    });
    expect((await waiting).outcomes).toEqual(['erased']);
  });

  it('refuses what Postgres cannot hold as `rejected`, and a lost server as `unavailable`', async () => {
    const store = await emptyStore();
    const event = anEvent({ id: 'e1', ticket: 'a\0b' });
    await expect(store.commit([finished(event, content(1))])).rejects.toMatchObject({
      code: 'rejected',
    });
    const killed = database.postgres.query(
      'test-kill',
      'select pg_terminate_backend(pg_backend_pid())',
      [],
    );
    await expect(killed).rejects.toMatchObject({ code: 'unavailable' });
    expect((await store.commit([finished(anEvent({ id: 'e2' }), content(1))])).outcomes).toEqual([
      'stored',
    ]);
  });
});
