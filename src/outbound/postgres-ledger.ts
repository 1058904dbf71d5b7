// What is remembered of units: what became of them, and the dead.

import type { Outcome } from '../domain/document.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { unitKey } from '../domain/worker/commit-rules.ts';
import type { FinishedUnit } from '../domain/worker/finished-unit.ts';
import type { Sql } from './postgres-pool.ts';

/** Events about everyone have the empty text as their user: it is nobody's name. */
export function userIdOf(event: AcceptedEvent): string {
  return event.user ?? '';
}

/** Whether its user was erased after the event: nothing of what it says is kept then. */
export const isOver = (event: string) => `exists (select from document
       where user_id = ${event}.user_id and erased > 0 and erased >= ${event}.stamp)`;

export type EventKeyRow = { user_id: string; source: string; id: string };

/** Columns of the event keys, for `unnest($1::text[], $2::text[], $3::text[])`. */
export function keyColumns(events: readonly AcceptedEvent[]): [string[], string[], string[]] {
  return [events.map(userIdOf), events.map((e) => e.source), events.map((e) => e.id)];
}

export function keyOf({ user_id, source, id }: EventKeyRow, name = ''): string {
  return JSON.stringify([user_id === '' ? null : user_id, source, id, name]);
}

export type Settlement = {
  finished: FinishedUnit;
  outcome: Outcome;
  /** What the user's document becomes by this commit, if it changes; `null`: of nobody. */
  version: number | null;
};

/** Inserts outcomes of units that have none and returns the keys of those units. */
export async function insertOutcomes(
  sql: Sql,
  settlements: readonly Settlement[],
): Promise<Set<string>> {
  if (settlements.length === 0) return new Set();
  const events = settlements.map(({ finished }) => finished.event);
  const rows = await sql.query<EventKeyRow & { name: string }>(
    'insert-outcomes',
    `insert into outcome (user_id, source, id, name, outcome, settled_at, version, took_ms)
     select user_id, source, id, name, outcome, clock_timestamp(), version, took_ms
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::int[])
       as o (user_id, source, id, name, outcome, version, took_ms)
     order by user_id collate "C", source collate "C", id collate "C", name collate "C"
     on conflict do nothing
     returning user_id, source, id, name`,
    [
      ...keyColumns(events),
      settlements.map(({ finished }) => finished.unit?.name ?? ''),
      settlements.map(({ outcome }) => outcome),
      settlements.map(({ outcome, version }) => (outcome === 'stored' ? version : null)),
      settlements.map(({ finished }) => wholeMs(finished.tookMs)),
    ],
  );
  return new Set(rows.map((row) => keyOf(row, row.name)));
}

function wholeMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms);
}

/** Their content was older than what was stored, which only the write of the content tells. */
export async function markSuperseded(sql: Sql, units: readonly FinishedUnit[]): Promise<void> {
  if (units.length === 0) return;
  await sql.query(
    'mark-superseded',
    `update outcome o set outcome = 'superseded', version = null
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as k (user_id, source, id, name)
     where (o.user_id, o.source, o.id, o.name) = (k.user_id, k.source, k.id, k.name)`,
    [...keyColumns(units.map((unit) => unit.event)), units.map((unit) => unit.unit?.name ?? '')],
  );
}

/** Outcomes by name of unit, one map per event, in their order. */
export async function readOutcomes(
  sql: Sql,
  events: readonly AcceptedEvent[],
): Promise<Map<string, Outcome>[]> {
  if (events.length === 0) return [];
  const rows = await sql.query<EventKeyRow & { name: string; outcome: Outcome }>(
    'read-outcomes',
    `select o.user_id, o.source, o.id, o.name, o.outcome from outcome o
     join unnest($1::text[], $2::text[], $3::text[]) as k (user_id, source, id)
       on (o.user_id, o.source, o.id) = (k.user_id, k.source, k.id)`,
    keyColumns(events),
  );
  const byEvent = new Map<string, Map<string, Outcome>>();
  for (const row of rows) {
    const names = byEvent.get(keyOf(row)) ?? new Map<string, Outcome>();
    byEvent.set(keyOf(row), names.set(row.name, row.outcome));
  }
  return events.map((event) => byEvent.get(unitKey(event, '')) ?? new Map());
}

export async function insertDeadLetters(
  sql: Sql,
  units: readonly FinishedUnit[],
  outcomes: readonly Outcome[],
  reused: ReadonlySet<AcceptedEvent>,
): Promise<void> {
  const dead = units.filter((_, index) => outcomes[index] === 'dead');
  if (dead.length === 0) return;
  const causes = dead.map(({ event, result }) =>
    reused.has(event) || result.kind !== 'dead'
      ? { reason: 'id_reuse', error: 'The source and id belong to another event.', attempts: 0 }
      : result,
  );
  await sql.query(
    'insert-dead-letters',
    `insert into dead_letter
       (user_id, source, id, name, digest, reason, error, attempts, event, died_at)
     select user_id, source, id, name, digest, reason, error, attempts, event::json,
       clock_timestamp()
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[], $8::int[], $9::text[], $10::bigint[])
       as d (user_id, source, id, name, digest, reason, error, attempts, event, stamp)
     where not ${isOver('d')}
     order by user_id collate "C", source collate "C", id collate "C", name collate "C"
     on conflict do nothing`,
    [
      ...keyColumns(dead.map(({ event }) => event)),
      dead.map(({ unit }) => unit?.name ?? ''),
      dead.map(({ event }) => event.digest),
      causes.map(({ reason }) => reason),
      causes.map(({ error }) => error),
      causes.map(({ attempts }) => attempts),
      dead.map(({ event }) => JSON.stringify(event)),
      dead.map(({ event }) => event.stamp),
    ],
  );
}
