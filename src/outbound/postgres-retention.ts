// Forgetting in Postgres: batches in transactions of their own, that wait for nobody's lock.
//
// What is looked at is locked first, and judged by a second statement: what was committed between the
// two is seen by that, and what comes later waits for the lock. A commit that finds an event gone
// makes it anew (insertEvents), so that no outcome is ever without its event.

import type { KeptThing, RetentionPlace, RetentionStore } from '../domain/worker/retention.ts';
import type { Postgres, Sql } from './postgres-pool.ts';

/** Any constant: whoever forgets holds this advisory lock for a batch. Two would only be in each other's way. */
const retentionLock = 7_204_312;

type Batch = Parameters<RetentionStore['forget']>[1];
type Row = { at: string; user_id: string; source: string; id: string };
type Forgotten = Awaited<ReturnType<RetentionStore['forget']>>;

const nothing: Forgotten = { looked: 0, forgotten: 0, next: null };

export function postgresRetention(postgres: Postgres): RetentionStore {
  return {
    forget: (thing, batch) =>
      postgres.transaction(async (sql) => {
        const [lock] = await sql.query<{ is_ours: boolean }>(
          'lock-retention',
          `select pg_try_advisory_xact_lock(${retentionLock}) as is_ours`,
          [],
        );
        return lock?.is_ours ? things[thing](sql, batch) : nothing;
      }),
  };
}

const things: { readonly [Thing in KeptThing]: (sql: Sql, batch: Batch) => Promise<Forgotten> } = {
  event_data: (sql, batch) =>
    forgetOfEvents(sql, batch, {
      name: 'event-data',
      isCandidate: 'data is not null',
      query: `
        update event e set data = null from unnest($1::text[], $2::text[], $3::text[]) as k (user_id, source, id)
        where (e.user_id, e.source, e.id) = (k.user_id, k.source, k.id)
          and not ${isIn('parked')} and $4::bigint is not null
        returning 1`,
    }),
  events: (sql, batch) =>
    forgetOfEvents(sql, batch, {
      name: 'events',
      // Data goes first, however short the times are: so each index is read from its front only.
      isCandidate: 'data is null',
      query: `
        with doomed as (
          select * from unnest($1::text[], $2::text[], $3::text[]) as k (user_id, source, id)
          where not ${isIn('parked')} and not ${isIn('dead_letter', "o.reason <> 'id_reuse'")}
            and not ${isIn('outcome', `o.settled_at >= ${cutoff('$4')}`)}
        ), outcomes as (
          delete from outcome o using doomed k
          where (o.user_id, o.source, o.id) = (k.user_id, k.source, k.id)
        )
        delete from event e using doomed k
        where (e.user_id, e.source, e.id) = (k.user_id, k.source, k.id)
        returning 1`,
    }),
  async dead_letters(sql, { olderThanMs, max }) {
    const rows = await sql.query('forget-dead-letters', deadLettersQuery, [olderThanMs, max]);
    return { looked: rows.length, forgotten: rows.length, next: null };
  },
  receipts: forgetReceipts,
};

/** By when its statement began: no index finds what is compared with a clock that goes on. */
const cutoff = (parameter: string) =>
  `statement_timestamp() - ${parameter}::bigint * interval '1 ms'`;

/** A row of `table` about the event `k`. */
function isIn(table: string, condition = 'true'): string {
  return `exists (select from ${table} o
    where (o.user_id, o.source, o.id) = (k.user_id, k.source, k.id) and ${condition})`;
}

async function forgetOfEvents(
  sql: Sql,
  { olderThanMs, max, after }: Batch,
  { name, isCandidate, query }: { name: string; isCandidate: string; query: string },
): Promise<Forgotten> {
  const place: RetentionPlace = after ?? ['-infinity', '', '', ''];
  const rows = await sql.query<Row>(
    `look-at-${name}`,
    `select accepted_at::text as at, user_id, source, id from event
     where ${isCandidate} and accepted_at < ${cutoff('$1')}
       and accepted_at >= $3::timestamptz
       and (accepted_at, user_id, source, id) > ($3::timestamptz, $4, $5, $6)
     order by accepted_at, user_id, source, id limit $2 for update skip locked`,
    [olderThanMs, max, ...place],
  );
  const last = rows.at(-1);
  if (last === undefined) return nothing;
  const keys = [
    rows.map((row) => row.user_id),
    rows.map((row) => row.source),
    rows.map((row) => row.id),
  ];
  const forgotten = await sql.query(`forget-${name}`, query, [...keys, olderThanMs]);
  return {
    looked: rows.length,
    forgotten: forgotten.length,
    next: [last.at, last.user_id, last.source, last.id],
  };
}

const deadLettersQuery = `
  with over as (
    select user_id, source, id, name, digest from dead_letter where died_at < ${cutoff('$1')}
    order by died_at limit $2 for update skip locked
  )
  delete from dead_letter d using over k
  where (d.user_id, d.source, d.id, d.name, d.digest)
    = (k.user_id, k.source, k.id, k.name, k.digest)
  returning 1`;

/** Of one replica after the other, each from where the batch before has ended. */
async function forgetReceipts(sql: Sql, { olderThanMs, max, after }: Batch): Promise<Forgotten> {
  const [retired] = await sql.query<{ instance: string }>('look-at-retired', retiredQuery, [
    olderThanMs,
  ]);
  if (retired === undefined) return nothing;
  const { instance } = retired;
  const [ofInstance, user = ''] = after ?? [];
  const rows = await sql.query<{ user_id: string }>('forget-receipts', receiptsQuery, [
    instance,
    ofInstance === instance ? user : '',
    max,
  ]);
  const last = rows.at(-1);
  if (rows.length < max) await sql.query('forget-replica', replicaQuery, [instance, olderThanMs]);
  const next = last === undefined ? null : [instance, last.user_id];
  return { looked: rows.length, forgotten: rows.length, next };
}

const retiredQuery = `
  select instance from replica where retired_at < ${cutoff('$1')} order by instance limit 1`;

const receiptsQuery = `
  with over as (
    select user_id, instance from receipt where instance = $1 and user_id > $2
    order by user_id limit $3 for update skip locked
  ), gone as (
    delete from receipt r using over k where (r.user_id, r.instance) = (k.user_id, k.instance)
  )
  select user_id from over order by user_id`;

/** Only once its receipts are gone: after that nothing has to be looked at for it. */
const replicaQuery = `
  delete from replica where instance = $1 and retired_at < ${cutoff('$2')}
  and not exists (select from receipt where receipt.instance = $1)`;
