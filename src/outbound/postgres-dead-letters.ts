// Dead letters in Postgres: reading them, counting them and throwing them away.

import type { AcceptedEvent } from '../domain/event.ts';
import type {
  DeadLetter,
  DeadLetterPlace,
  DeadLetters,
  DeadLetterTally,
  Verdict,
} from '../domain/worker/dead-letters.ts';
import { epochMs } from './postgres-content.ts';
import { redriveBatch } from './postgres-dead-redrive.ts';
import {
  chosen,
  keyOf,
  type LetterKeyRow,
  placeOf,
  selectionValues,
  verdictFrom,
  verdictOf,
} from './postgres-dead-selection.ts';
import type { Postgres } from './postgres-pool.ts';

type LetterRow = LetterKeyRow & {
  key: string;
  reason: string;
  error: string;
  attempts: number;
  event: string;
  died_at_ms: number;
  verdict: Verdict;
};

type TallyRow = {
  as_of_ms: number;
  reason: string;
  name: string;
  verdict: Verdict;
  letters: number;
  first_ms: number;
  last_ms: number;
};

export function postgresDeadLetters(postgres: Postgres): DeadLetters {
  return {
    async list(selection, { max, before }) {
      const place: DeadLetterPlace = before === null ? ['', '', '', '', ''] : placeOfLetter(before);
      const values = [...selectionValues(selection), before?.diedAtMs ?? null, ...place, max];
      return (await postgres.query<LetterRow>('list-dead-letters', listQuery, values)).map(
        toLetter,
      );
    },

    async find(keyStart, max) {
      const rows = await postgres.query<LetterRow>('find-dead-letters', findQuery, [
        `${keyStart}%`,
        max,
      ]);
      return rows.map(toLetter);
    },

    async tally(selection) {
      const values = selectionValues(selection);
      const rows = await postgres.query<TallyRow>('tally-dead-letters', tallyQuery, values);
      return toTally(rows);
    },

    redrive: (selection, batch) =>
      postgres.transaction((sql) => redriveBatch(sql, selection, batch)),

    async drop(selection, { max, after }) {
      const values = [...selectionValues(selection), ...(after ?? ['', '', '', '', '']), max];
      type Row = LetterKeyRow & { is_dropped: boolean };
      const rows = await postgres.query<Row>('drop-dead-letters', dropQuery, values);
      const last = rows.at(-1);
      // Somebody else may have dropped some of them.
      const dropped = rows.filter((row) => row.is_dropped).length;
      return { dropped, next: last === undefined || rows.length < max ? null : placeOf(last) };
    },
  };
}

function placeOfLetter({ event, name }: DeadLetter): DeadLetterPlace {
  return [event.user ?? '', event.source, event.id, name, event.digest];
}

function toLetter(row: LetterRow): DeadLetter {
  const { key, name, reason, error, attempts, died_at_ms: diedAtMs, verdict } = row;
  const event = JSON.parse(row.event) as AcceptedEvent;
  return { key, event, name, reason, error, attempts, diedAtMs, verdict };
}

function toTally(rows: readonly TallyRow[]): DeadLetterTally {
  return {
    asOfMs: rows[0]?.as_of_ms ?? 0,
    groups: rows.map(({ reason, name, verdict, letters, first_ms, last_ms }) => ({
      ...{ reason, name, verdict, letters, firstDiedAtMs: first_ms, lastDiedAtMs: last_ms },
    })),
  };
}

const columns = `d.user_id, d.source, d.id, d.name, d.digest, ${keyOf} as key, d.reason, d.error,
  d.attempts, d.event, ${epochMs('d.died_at')} as died_at_ms, ${verdictOf} as verdict`;

const newestFirst =
  'd.died_at desc, d.user_id desc, d.source desc, d.id desc, d.name desc, d.digest desc';

/** Chosen before they are joined, so that only what is shown is. */
const listQuery = `
  select ${columns} from (
    select * from dead_letter d
    where ${chosen} and ($9::bigint is null
      or (d.died_at, d.user_id, d.source, d.id, d.name, d.digest)
        < (to_timestamp($9 / 1000.0), $10, $11, $12, $13, $14))
    order by ${newestFirst} limit $15
  ) d ${verdictFrom}
  order by ${newestFirst}`;

const findQuery = `
  select ${columns} from (
    select * from dead_letter d where ${keyOf} like $1 order by ${newestFirst} limit $2
  ) d ${verdictFrom}
  order by ${newestFirst}`;

/** Its clock is rounded up, as the times of letters may have been. */
const tallyQuery = `
  select ceil(extract(epoch from clock_timestamp()) * 1000)::bigint as as_of_ms,
    d.reason, d.name, ${verdictOf} as verdict, count(*) as letters,
    ${epochMs('min(d.died_at)')} as first_ms, ${epochMs('max(d.died_at)')} as last_ms
  from dead_letter d ${verdictFrom}
  where ${chosen}
  group by d.reason, d.name, verdict
  order by letters desc, d.reason, d.name, verdict`;

const dropQuery = `
  with doomed as (
    select d.user_id, d.source, d.id, d.name, d.digest from dead_letter d
    where ${chosen} and (d.user_id, d.source, d.id, d.name, d.digest) > ($9, $10, $11, $12, $13)
    order by d.user_id, d.source, d.id, d.name, d.digest limit $14
  ), dropped as (
    delete from dead_letter d using doomed k
    where (d.user_id, d.source, d.id, d.name, d.digest)
      = (k.user_id, k.source, k.id, k.name, k.digest)
    returning d.user_id, d.source, d.id, d.name, d.digest
  )
  select k.*, dropped.id is not null as is_dropped
  from doomed k left join dropped using (user_id, source, id, name, digest)
  order by user_id, source, id, name, digest`;
