// Replicas and their receipts in Postgres.

import type { HeldReceipt, KnownReplica, ReceiptStore } from '../domain/receipt.ts';
import { epochMs } from './postgres-content.ts';
import type { Postgres } from './postgres-pool.ts';

type ReplicaRow = {
  instance: string;
  region: string;
  first_seen_at_ms: number;
  last_seen_at_ms: number;
  silent_ms: number;
  retired_at_ms: number | null;
  is_caught_up: boolean | null;
};

type ReceiptRow = {
  instance: string;
  region: string;
  version: number | null;
  positioned_at_ms: number | null;
};

export function postgresReceipts(postgres: Postgres): ReceiptStore {
  return {
    async storeReport({ region, instance, sentAtMs, isCaughtUp, receipts }) {
      const [row] = await postgres.query<{ stored: number }>('store-report', reportQuery, [
        ...[instance, region, sentAtMs, isCaughtUp],
        receipts.map(({ user }) => user),
        receipts.map(({ version }) => version),
        receipts.map(({ positionedAtMs }) => positionedAtMs),
      ]);
      return row?.stored ?? 0;
    },
    async replicas() {
      const rows = await postgres.query<ReplicaRow>('read-replicas', replicasQuery, []);
      return rows.map(toReplica);
    },
    async retire(instance) {
      const rows = await postgres.query('retire-replica', retireQuery, [instance]);
      return rows.length > 0;
    },
    async receiptsOf(user) {
      const rows = await postgres.query<ReceiptRow>('read-receipts', receiptsQuery, [user]);
      return rows.map(toReceipt);
    },
  };
}

/**
 * One statement, and nobody waits for the disk: what a crash of Postgres takes back is half a second
 * of receipts, which are said again. Receipts in the order of users, then the replica: two workers
 * with reports of one replica lock in the same order. A receipt that is no news locks nothing.
 *
 * No replica is believed more than can be true: a document has no version above its own, and nothing
 * is positioned before it was stored, nor after we were told of it. When it was seen we know ourselves.
 * An instance is of the region that it was first heard from, until it is retired.
 */
const reportQuery = `
  with quick as (select set_config('synchronous_commit', 'off', true) as setting),
  stored as (
    insert into receipt (user_id, instance, version, positioned_at)
    select n.user_id, $1, n.version,
      least(to_timestamp(greatest(n.positioned_at_ms, n.version) / 1000.0), clock_timestamp())
    from unnest($5::text[], $6::bigint[], $7::bigint[]) as n (user_id, version, positioned_at_ms)
    join document d on d.user_id = n.user_id and n.version <= d.version
    left join receipt r on (r.user_id, r.instance) = (n.user_id, $1)
    where n.version > coalesce(r.version, -1) and not exists (
      select from replica p where p.instance = $1 and p.region <> $2 and p.retired_at is null)
    order by n.user_id collate "C"
    on conflict (user_id, instance) do update
      set version = excluded.version, positioned_at = excluded.positioned_at
      where receipt.version < excluded.version
    returning 1
  ),
  seen as (
    insert into replica (instance, region, first_seen_at, last_seen_at, is_caught_up)
    values ($1, $2, clock_timestamp(), clock_timestamp(), $4)
    on conflict (instance) do update set region = excluded.region,
      last_seen_at = excluded.last_seen_at, is_caught_up = excluded.is_caught_up,
      retired_at = case when replica.retired_at
        >= least(to_timestamp($3::bigint / 1000.0), clock_timestamp()) then replica.retired_at end
      where replica.region = excluded.region or replica.retired_at is not null
  )
  select (select count(*) from stored) as stored, (select setting from quick)`;

const replicasQuery = `
  select instance, region, ${epochMs('first_seen_at')} as first_seen_at_ms,
    ${epochMs('last_seen_at')} as last_seen_at_ms, ${epochMs('retired_at')} as retired_at_ms,
    ${epochMs('clock_timestamp()')} - ${epochMs('last_seen_at')} as silent_ms, is_caught_up
  from replica order by region, instance`;

const retireQuery = `
  update replica set retired_at = coalesce(retired_at, clock_timestamp())
  where instance = $1 returning 1`;

/** Also what a unit's story asks: by the user's name, whether there is such a user or not. */
const receiptsQuery = `
  select p.instance, p.region, r.version, ${epochMs('r.positioned_at')} as positioned_at_ms
  from replica p left join receipt r on (r.user_id, r.instance) = ($1, p.instance)
  where p.retired_at is null order by p.region, p.instance`;

function toReplica(row: ReplicaRow): KnownReplica {
  return {
    region: row.region,
    instance: row.instance,
    firstSeenAtMs: row.first_seen_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
    silentMs: row.silent_ms,
    retiredAtMs: row.retired_at_ms,
    isCaughtUp: row.is_caught_up,
  };
}

function toReceipt({ region, instance, version, positioned_at_ms: atMs }: ReceiptRow): HeldReceipt {
  const positioned = version === null || atMs === null ? null : { version, atMs };
  return { region, instance, positioned };
}
