// Content that cold reads asked for: it may take the place only of what they saw.

import { contentRequested } from '../domain/authors.ts';
import { isRequested } from '../domain/content-request.ts';
import { type ContentUnit, clockToleranceMs } from '../domain/worker/commit-rules.ts';
import { keyColumns, userIdOf } from './postgres-ledger.ts';
import type { Sql } from './postgres-pool.ts';

const requested = `'${contentRequested.type}'`;

/**
 * Whether content to be written may replace the row that is there. What was requested has the stamp
 * of what it replaces, so at equal stamps it goes over that, and anything goes over it; otherwise
 * the newer event wins. `isNewer` is the condition for that.
 */
export const mayReplace = (isNewer: string) => `
  (content.stamp = excluded.stamp and ${requested} in (content.type, excluded.type))
  or (excluded.type <> ${requested} and ${isNewer})`;

type HeldRow = { user_id: string; slot: string; stamp: number; is_over: boolean };

/**
 * Leaves out requested units whose slot no longer holds what they are to replace, or holds it still
 * good: that it has expired is only what a replica says. Before one is chosen for each slot, because
 * an outdated request must not stand in the way of a good one; under the documents' lock, so that it
 * is still true when the content is written.
 */
export async function keepWanted(
  sql: Sql,
  units: readonly ContentUnit[],
): Promise<readonly ContentUnit[]> {
  const asked = units.filter(({ event }) => isRequested(event));
  if (asked.length === 0) return units;
  const [users] = keyColumns(asked.map(({ event }) => event));
  const rows = await sql.query<HeldRow>(
    'read-held-stamps',
    `select c.user_id, c.slot, c.stamp,
       coalesce(c.expires_at <= clock_timestamp() + interval '${clockToleranceMs} ms', false) as is_over
     from content c
     join unnest($1::text[], $2::text[]) as p (user_id, slot)
       on (c.user_id, c.slot) = (p.user_id, p.slot)`,
    [users, asked.map(({ unit }) => unit.slot)],
  );
  const held = new Map(rows.map((row) => [JSON.stringify([row.user_id, row.slot]), row]));
  return units.filter(({ event, unit }) => {
    if (!isRequested(event)) return true;
    const row = held.get(JSON.stringify([userIdOf(event), unit.slot]));
    return row === undefined ? event.stamp === 0 : row.is_over && row.stamp === event.stamp;
  });
}
