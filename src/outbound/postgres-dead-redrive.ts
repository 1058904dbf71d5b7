// Puts a batch of dead letters back, in one transaction: letter and outcome go, and the unit waits
// for a first attempt. Locks are taken in the order of every commit: documents, events, outcomes.

import type {
  DeadLetterBatch,
  DeadLetterPlace,
  DeadLetterSelection,
  Verdict,
} from '../domain/worker/dead-letters.ts';
import {
  chosen,
  type LetterKeyRow,
  placeOf,
  selectionValues,
  verdictFrom,
  verdictOf,
} from './postgres-dead-selection.ts';
import { lockDocuments } from './postgres-document-lock.ts';
import { dueNow } from './postgres-due.ts';
import type { Sql } from './postgres-pool.ts';

export async function redriveBatch(
  sql: Sql,
  selection: DeadLetterSelection,
  { max, after }: DeadLetterBatch,
): Promise<{ verdicts: Map<Verdict, number>; next: DeadLetterPlace | null }> {
  const candidates = await sql.query<LetterKeyRow>('choose-dead-letters', chooseQuery, [
    ...selectionValues(selection),
    ...(after ?? ['', '', '', '', '']),
    max,
  ]);
  const last = candidates.at(-1);
  if (last === undefined) return { verdicts: new Map(), next: null };
  const users = new Set(candidates.map((letter) => letter.user_id));
  users.delete('');
  await lockDocuments(sql, [...users]);

  // Judged again under the lock: an erasure or another redrive may have come first.
  const judged = await sql.query<LetterKeyRow & { verdict: Verdict }>(
    'judge-dead-letters',
    judgeQuery,
    columnsOf(candidates),
  );
  const redrivable = judged.filter((letter) => letter.verdict === 'redrivable');
  const redriven = await redrive(sql, redrivable);

  const verdicts = new Map<Verdict, number>();
  const count = (verdict: Verdict, letters: number) =>
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + letters);
  for (const { verdict } of judged) if (verdict !== 'redrivable') count(verdict, 1);
  count('redrivable', redriven);
  count('id_reuse', redrivable.length - redriven);
  return { verdicts, next: candidates.length < max ? null : placeOf(last) };
}

async function redrive(sql: Sql, letters: readonly LetterKeyRow[]): Promise<number> {
  if (letters.length === 0) return 0;
  const events = await sql.query<LetterKeyRow>('restore-events', restoreQuery, columnsOf(letters));
  const digests = new Map(events.map((event) => [eventKey(event), event.digest]));
  const own = letters.filter((letter) => digests.get(eventKey(letter)) === letter.digest);
  // First of all, because one that was dropped or forgotten meanwhile must stay dead.
  const taken = await sql.query<TakenRow>('take-letters', takeQuery, columnsOf(own));
  const keys = columnsOf(taken).slice(0, 4);
  await sql.query('forget-dead-outcomes', forgetQuery, keys);
  // A row of an earlier attempt is replaced, not changed: a worker that is about to unpark the unit
  // saw the outcome that has just gone, and would find its row again however late it gets the lock.
  await sql.query('replace-parked', replaceQuery, keys);
  const errors = taken.map(({ reason, error }) => `put back, was dead with ${reason}: ${error}`);
  const alone = taken.map(({ reason }) => mayEndThreads.has(reason));
  return (await sql.query('redrive', redriveQuery, [...keys, errors, alone])).length;
}

type TakenRow = LetterKeyRow & { reason: string; error: string };

/** What may have ended a thread or a process runs alone. */
const mayEndThreads = new Set(['crashed', 'delivery_limit']);

function eventKey({ user_id, source, id }: LetterKeyRow): string {
  return JSON.stringify([user_id, source, id]);
}

function columnsOf(letters: readonly LetterKeyRow[]): string[][] {
  const places = letters.map(placeOf);
  return [0, 1, 2, 3, 4].map((column) => places.map((place) => place[column] as string));
}

const chooseQuery = `
  select d.user_id, d.source, d.id, d.name, d.digest from dead_letter d
  where ${chosen} and (d.user_id, d.source, d.id, d.name, d.digest) > ($9, $10, $11, $12, $13)
  order by d.user_id, d.source, d.id, d.name, d.digest limit $14`;

const chosenLetters = `dead_letter d
  join unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    as k (user_id, source, id, name, digest)
    on (d.user_id, d.source, d.id, d.name, d.digest)
      = (k.user_id, k.source, k.id, k.name, k.digest)`;

const judgeQuery = `
  select d.user_id, d.source, d.id, d.name, d.digest, ${verdictOf} as verdict
  from ${chosenLetters} ${verdictFrom}`;

/** Locks the events of these letters, and makes them whole: a letter outlives its event's data. */
const restoreQuery = `
  insert into event (user_id, source, id, ticket, type, lane, stamp, digest, accepted_at, data)
  select distinct on (d.user_id, d.source, d.id) d.user_id, d.source, d.id,
    d.event->>'ticket', d.event->>'type', d.event->>'lane', (d.event->>'stamp')::bigint, d.digest,
    to_timestamp((d.event->>'acceptedAtMs')::bigint / 1000.0), d.event->'data'
  from ${chosenLetters}
  order by d.user_id, d.source, d.id, d.digest
  on conflict (user_id, source, id) do update set data = coalesce(event.data, excluded.data)
    where event.digest = excluded.digest
  returning user_id, source, id, digest`;

const unitsOf = (table: string) => `
  (${table}.user_id, ${table}.source, ${table}.id, ${table}.name) in
    (select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]))`;

const forgetQuery = `delete from outcome o where o.outcome = 'dead' and ${unitsOf('o')}`;

const replaceQuery = `delete from parked p where ${unitsOf('p')}`;

const takeQuery = `
  delete from dead_letter d
  using unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    as k (user_id, source, id, name, digest)
  where (d.user_id, d.source, d.id, d.name, d.digest)
    = (k.user_id, k.source, k.id, k.name, k.digest)
  returning d.user_id, d.source, d.id, d.name, d.digest, d.reason, d.error`;

const redriveQuery = `
  insert into parked (user_id, source, id, name, attempts, due_at, error, alone)
  select user_id, source, id, name, 0, ${dueNow}, error, alone
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
    as r (user_id, source, id, name, error, alone)
  order by user_id, source, id, name
  on conflict (user_id, source, id, name) do update set attempts = 0,
    due_at = excluded.due_at, error = excluded.error, alone = excluded.alone
  returning 1`;
