// Which dead letters are meant, and what redriving each would come to, as SQL.

import { contentRequested } from '../domain/authors.ts';
import type { DeadLetterPlace, DeadLetterSelection } from '../domain/worker/dead-letters.ts';

export type LetterKeyRow = {
  user_id: string;
  source: string;
  id: string;
  name: string;
  digest: string;
};

/** Text of a letter's key. JSON, because no separator is safe in an id. */
export const keyOf = `encode(sha256(convert_to(
  json_build_array(d.user_id, d.source, d.id, d.name, d.digest)::text, 'UTF8')), 'hex')`;

const fits = (parameter: number, value: string) =>
  `($${parameter}::text[] is null or ${value} = any($${parameter}))`;

/** A condition on `dead_letter d`, with the parameters of `selectionValues`. */
export const chosen = [
  fits(1, keyOf),
  fits(2, 'd.reason'),
  fits(3, 'd.name'),
  fits(4, "d.event->>'type'"),
  fits(5, 'd.user_id'),
  fits(6, 'd.source'),
  '($7::bigint is null or d.died_at >= to_timestamp($7 / 1000.0))',
  '($8::bigint is null or d.died_at <= to_timestamp($8 / 1000.0))',
].join(' and ');

export function selectionValues(selection: DeadLetterSelection): unknown[] {
  const { keys, reasons, names, types, users, sources, sinceMs, untilMs } = selection;
  return [keys, reasons, names, types, users, sources, sinceMs, untilMs];
}

/** Joined to `dead_letter d`: what its verdict depends on. */
export const verdictFrom = `
  left join document erasure on erasure.user_id = d.user_id and erasure.erased > 0
  left join event other on (other.user_id, other.source, other.id) = (d.user_id, d.source, d.id)
    and other.digest <> d.digest`;

/** The stamp of a cold read's event is older than the event: any erasure came after it. */
export const stampOf = `case d.event->>'type' when '${contentRequested.type}' then 0
  else (d.event->>'stamp')::bigint end`;

export const verdictOf = `case
  when d.reason = 'id_reuse' or other.id is not null then 'id_reuse'
  when d.reason = 'malformed' then 'malformed'
  when case when erasure.erased is null then false else erasure.erased >= ${stampOf} end then 'erased'
  when d.name = '' then 'no_unit'
  else 'redrivable' end`;

export function placeOf({ user_id, source, id, name, digest }: LetterKeyRow): DeadLetterPlace {
  return [user_id, source, id, name, digest];
}
