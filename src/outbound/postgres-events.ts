// Events that were begun: each is remembered once, so that an id that is used again is noticed.

import type { AcceptedEvent } from '../domain/event.ts';
import { unitKey } from '../domain/worker/commit-rules.ts';
import type { FinishedUnit } from '../domain/worker/finished-unit.ts';
import { type EventKeyRow, isOver, keyColumns, keyOf } from './postgres-ledger.ts';
import type { Sql } from './postgres-pool.ts';

/** Inserts the events that are new and returns those that reuse another event's source and id. */
export async function insertEvents(
  sql: Sql,
  units: readonly FinishedUnit[],
): Promise<Set<AcceptedEvent>> {
  const all = [...new Set(units.map((unit) => unit.event))];
  const counts = new Map(units.map(({ event, unitNames }) => [event, unitNames.length]));
  const first = new Map<string, AcceptedEvent>();
  for (const event of all) {
    const key = unitKey(event, '');
    if (!first.has(key)) first.set(key, event);
  }
  const digests = new Map<string, string>();
  let open = [...first.values()];
  while (open.length > 0) {
    const rows = await insertNewEvents(sql, open, counts);
    const isNew = new Set(rows.map((row) => keyOf(row)));
    const known = open.filter((event) => !isNew.has(unitKey(event, '')));
    for (const row of [...rows, ...(await readDigests(sql, known))]) {
      digests.set(keyOf(row), row.digest);
    }
    // What was there, and was forgotten before it was ours to keep, is inserted after all.
    open = known.filter((event) => !digests.has(unitKey(event, '')));
  }
  return new Set(all.filter((event) => digests.get(unitKey(event, '')) !== event.digest));
}

function insertNewEvents(
  sql: Sql,
  events: readonly AcceptedEvent[],
  unitCounts: ReadonlyMap<AcceptedEvent, number>,
): Promise<(EventKeyRow & { digest: string })[]> {
  return sql.query(
    'insert-events',
    `insert into event
       (user_id, source, id, ticket, type, lane, stamp, digest, accepted_at, data, units)
     select user_id, source, id, ticket, type, lane, stamp, digest,
       to_timestamp(accepted_at_ms / 1000.0),
       case when ${isOver('e')} then 'null' else data end::json, units
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::int[])
       as e (user_id, source, id, ticket, type, lane, stamp, digest, accepted_at_ms, data, units)
     order by user_id collate "C", source collate "C", id collate "C"
     on conflict do nothing
     returning user_id, source, id, digest`,
    [
      ...keyColumns(events),
      events.map((event) => event.ticket),
      events.map((event) => event.type),
      events.map((event) => event.lane),
      events.map((event) => event.stamp),
      events.map((event) => event.digest),
      events.map((event) => event.acceptedAtMs),
      events.map((event) => JSON.stringify(event.data)),
      events.map((event) => unitCounts.get(event)),
    ],
  );
}

/**
 * Digests of events that were there before. Locked, for the sake of events about everyone: no
 * document's lock keeps two commits of their units apart.
 */
async function readDigests(
  sql: Sql,
  events: readonly AcceptedEvent[],
): Promise<(EventKeyRow & { digest: string })[]> {
  if (events.length === 0) return [];
  return sql.query(
    'read-digests',
    `select e.user_id, e.source, e.id, e.digest from event e
     join unnest($1::text[], $2::text[], $3::text[]) as k (user_id, source, id)
       on (e.user_id, e.source, e.id) = (k.user_id, k.source, k.id)
     order by e.user_id, e.source, e.id for update of e`,
    keyColumns(events),
  );
}
