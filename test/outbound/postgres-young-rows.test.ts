// Who looks for what is over, due or new looks at nothing else, however much of that there is.

import { beforeEach, expect, it } from 'vitest';
import { keptThings } from '../../src/domain/worker/retention.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import type { Postgres, Sql } from '../../src/outbound/postgres-pool.ts';
import { postgresProgress } from '../../src/outbound/postgres-progress.ts';
import { postgresRetention } from '../../src/outbound/postgres-retention.ts';
import { useDeadLetters } from '../dead-letters.ts';

const database = useDeadLetters();
const young = 3_000;

beforeEach(async () => {
  await database.query('truncate receipt, replica');
  const rows = `generate_series(1, ${young}) n`;
  await database.query(`
    insert into event (user_id, source, id, ticket, type, lane, stamp, digest, accepted_at, data)
    select 'u' || n, '/s', 'e', 't' || n, 'a', 'bulk', n, 'd', now() - interval '2 hours',
      case when n % 2 = 0 then '{}'::json end from ${rows}`);
  await database.query(`
    insert into dead_letter
      (user_id, source, id, name, digest, reason, error, attempts, event, died_at)
    select 'u' || n, '/s', 'e', 'offers', 'd', 'threw', '', 4, '{}', now() - interval '2 hours'
    from ${rows}`);
  await database.query(`
    insert into replica (instance, region, first_seen_at, last_seen_at, retired_at)
    values ('eu-1', 'eu', now(), now(), null), ('eu-2', 'eu', now(), now(), now())`);
  await database.query(`
    insert into receipt (user_id, instance, version, positioned_at)
    select 'u' || n, instance, 1, now() from ${rows}, replica`);
  await database.query('analyze event, dead_letter, receipt, replica');
});

type Plan = { [fact: string]: unknown; Plans?: Plan[] };

/** Of all nodes of a plan, the most rows that one has met, kept or not. */
function mostRows(plan: Plan): number {
  const own = ['Actual Rows', 'Rows Removed by Filter', 'Rows Removed by Join Filter']
    .map((fact) => Number(plan[fact] ?? 0))
    .reduce((sum, rows) => sum + rows, 0);
  const loops = Number(plan['Actual Loops'] ?? 1);
  return Math.max(own * loops, ...(plan.Plans ?? []).map(mostRows));
}

/** Explains each statement before it is run; `looked` has what each has met. */
function explaining(): { postgres: Postgres; looked: { [name: string]: number } } {
  const looked: { [name: string]: number } = {};
  const over = (sql: Sql): Sql => ({
    async query(name, text, values) {
      if (!text.startsWith('set ')) {
        const plans = await sql.query<{ 'QUERY PLAN': string }>(
          `explain-${name}`,
          `explain (analyze, format json) ${text}`,
          values,
        );
        const [whole] = JSON.parse(plans[0]?.['QUERY PLAN'] ?? '[]') as [{ Plan: Plan }];
        looked[name] = mostRows(whole.Plan);
      }
      return sql.query(name, text, values);
    },
  });
  const { postgres } = database;
  return {
    looked,
    postgres: {
      ...postgres,
      ...over(postgres),
      transaction: (work) => postgres.transaction((sql) => work(over(sql))),
    },
  };
}

it.each(keptThings)('finds by an index that no %s are to be forgotten', async (thing) => {
  const { postgres, looked } = explaining();
  const batch = { olderThanMs: 86_400_000, max: 100, after: null };
  const { forgotten } = await postgresRetention(postgres).forget(thing, batch);
  expect(forgotten).toBe(0);
  expect(Object.keys(looked).length).toBeGreaterThan(1);
  expect(Math.max(...Object.values(looked)), JSON.stringify(looked)).toBeLessThan(10);
});

it('takes receipts of a retired replica where the batch before has ended', async () => {
  await database.query(
    `update replica set retired_at = now() - interval '2 days' where instance = 'eu-2'`,
  );
  const retention = postgresRetention(database.postgres);
  const batch = { olderThanMs: 86_400_000, max: 2_000 };
  const first = await retention.forget('receipts', { ...batch, after: null });
  const second = await retention.forget('receipts', { ...batch, after: first.next });
  expect([first.forgotten, second.forgotten]).toEqual([2_000, 1_000]);
  const left = await database.query(
    'select instance, count(*) from replica join receipt using (instance) group by instance',
  );
  expect(left).toEqual([{ instance: 'eu-1', count: young }]);
  expect(await database.query('select instance from replica')).toEqual([{ instance: 'eu-1' }]);
});

it('counts what is new without a look at what is not', async () => {
  const { postgres, looked } = explaining();
  expect(await postgresProgress(postgres).events()).toMatchObject({ eventsLastHour: 0 });
  expect(looked['count-events']).toBeLessThan(10);
});

it('finds by an index that nothing is due', async () => {
  const later = `now() + interval '1 hour' from generate_series(1, ${young}) n`;
  await database.query(`
    insert into parked (user_id, source, id, name, error, attempts, due_at)
    select 'u' || n, '/s', 'e', 'offers', '', n % 2, ${later}`);
  await database.query(`
    insert into unsent (user_id, slot, claim, due_at) select 'u' || n, '', '', ${later}`);
  await database.query(`truncate follow_up`);
  await database.query(`
    insert into follow_up (user_id, source, id, event, due_at) select 'u' || n, '/s', 'e', '{}', ${later}`);
  await database.query('analyze parked, unsent, follow_up');
  const { postgres, looked } = explaining();
  const store = postgresContentStore(postgres);
  const limits = { max: 10, leaseMs: 0 };
  await store.claimParked({ ...limits, failedBefore: true });
  await store.claimParked({ ...limits, failedBefore: false });
  await store.claimParked({ ...limits, suspects: true });
  await store.claimUnsent(limits);
  await store.claimFollowUps(limits);
  expect(Object.keys(looked)).toHaveLength(5);
  expect(Math.max(...Object.values(looked)), JSON.stringify(looked)).toBeLessThan(10);
  await database.query('truncate follow_up');
});
