// Runs settled units once more, in one transaction: the outcome goes, and the unit waits for a first
// attempt. Locks are taken in the order of every commit: documents, events, outcomes.

import type { Json } from '../domain/json.ts';
import type { EventHistory } from '../domain/worker/history.ts';
import { hindranceOf, type Replays, type ReplayUnit } from '../domain/worker/replay.ts';
import { epochMs } from './postgres-content.ts';
import { lockDocuments } from './postgres-document-lock.ts';
import { dueNow } from './postgres-due.ts';
import type { Postgres, Sql } from './postgres-pool.ts';

export function postgresReplay(
  postgres: Postgres,
  digestOf: (type: string, data: Json) => string,
): Replays {
  return {
    replay: (event, units) =>
      postgres.transaction(async (sql) => {
        const { user, stamp } = event;
        const locked = await lockDocuments(sql, user === null ? [] : [user]);
        const erasedStamp = locked.get(user ?? '')?.erased ?? 0;
        const dataJson = await lockEvent(sql, event);
        // Emptied data may look like data; the digest of what was accepted tells.
        const isWhole =
          dataJson !== null && digestOf(event.type, JSON.parse(dataJson)) === event.digest;
        const isErased = erasedStamp > 0 && stamp <= erasedStamp;
        const hindrance = hindranceOf({ ...event, dataJson }, { isErased, isWhole });
        if (hindrance !== null) return { hindrance };
        return { replayed: await putBack(sql, event, units) };
      }),
  };
}

const keyOf = ({ user, source, id }: EventHistory) => [user ?? '', source, id];

async function lockEvent(sql: Sql, event: EventHistory): Promise<string | null> {
  const rows = await sql.query<{ data: string | null }>('replay-lock-event', lockQuery, [
    ...keyOf(event),
  ]);
  return rows[0]?.data ?? null;
}

async function putBack(
  sql: Sql,
  event: EventHistory,
  units: readonly ReplayUnit[],
): Promise<string[]> {
  const key = keyOf(event);
  const names = units.map(({ name }) => name);
  const rows = await sql.query<{ name: string }>('replay-forget', forgetQuery, [...key, names]);
  const freed = new Set(rows.map(({ name }) => name));
  if (freed.size === 0) return [];
  const slots = units.flatMap(({ name, slot }) => (slot !== null && freed.has(name) ? [slot] : []));
  const [name, text] =
    event.user === null
      ? ['replay-yield-generic', yieldGenericQuery]
      : ['replay-yield', yieldQuery];
  await sql.query(name, text, [...key, event.stamp, slots]);
  // Replaced, not changed, as by a redrive: a worker that is about to unpark what it had settled
  // would find its row again.
  await sql.query('replay-unpark', unparkQuery, [...key, [...freed]]);
  await sql.query('replay-park', parkQuery, [...key, [...freed]]);
  return [...freed];
}

const noteAgain = "on conflict (user_id, slot) do update set due_at = excluded.due_at, claim = ''";

const lockQuery = 'select data from event where (user_id, source, id) = ($1, $2, $3) for update';

/** Of what has died the letter is put back instead. */
const forgetQuery = `
  delete from outcome where (user_id, source, id) = ($1, $2, $3) and name = any($4)
    and outcome not in ('dead', 'erased') returning name`;

/**
 * What the event made yields to what it makes now: only what is newer replaces content, and an event
 * is not newer than itself. Everything between the two stamps is older than the event, too. It is a
 * new version, sent to every region: if nothing comes of the attempt, all of them hold the same.
 */
const yieldQuery = `
  with yielding as (
    update content set stamp = stamp - 1
    where user_id = $1 and slot = any($5) and (stamp, source, id) = ($4, $2, $3) returning 1
  ), raised as (
    update document set version = greatest(version + 1, ${epochMs('clock_timestamp()')}),
      stored_at = clock_timestamp()
    where user_id = $1 and exists (select from yielding) returning user_id
  )
  insert into unsent (user_id, slot, due_at, claim)
  select user_id, '', ${dueNow}, '' from raised ${noteAgain}`;

const yieldGenericQuery = `
  with yielding as (
    update generic set stamp = stamp - 1,
      version = greatest(version + 1, ${epochMs('clock_timestamp()')})
    where $1 = '' and slot = any($5) and (stamp, source, id) = ($4, $2, $3) returning slot
  )
  insert into unsent (user_id, slot, due_at, claim)
  select '', slot, ${dueNow}, '' from yielding ${noteAgain}`;

const unparkQuery =
  'delete from parked where (user_id, source, id) = ($1, $2, $3) and name = any($4)';

const parkQuery = `
  insert into parked (user_id, source, id, name, attempts, due_at, error)
  select $1, $2, $3, name, 0, ${dueNow}, 'replayed' from unnest($4::text[]) as n (name)
  on conflict (user_id, source, id, name) do update
    set attempts = 0, due_at = excluded.due_at, error = excluded.error, deliveries = 0`;
