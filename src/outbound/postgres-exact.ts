// Content of generators with `previous: 'exact'`: it takes the place of what it was made from.

import type { SlotContent } from '../domain/document.ts';
import type { ContentUnit } from '../domain/worker/commit-rules.ts';
import { asOfNewest, type ExactUnit, refuseOutdated } from '../domain/worker/exact-content.ts';
import type { FinishedUnit } from '../domain/worker/finished-unit.ts';
import { replaceContent, type SlotRow, slotColumns, toSlotContent } from './postgres-content.ts';
import { userIdOf } from './postgres-ledger.ts';
import type { Sql } from './postgres-pool.ts';

/**
 * Writes the content of units that are all there is to a slot, and throws when one was made from
 * something else than what its slot holds. To be called under the documents' lock.
 */
export async function writeExact(
  sql: Sql,
  exact: readonly ExactUnit[],
  winners: readonly ContentUnit[],
): Promise<ContentUnit[]> {
  if (exact.length === 0) return [];
  const held = await readHeld(sql, exact);
  const heldBy = (unit: ExactUnit | ContentUnit) => held.get(placeOf(unit));
  refuseOutdated(exact, heldBy, new Set(winners));
  const written = winners.filter((unit) => exact.includes(unit as FinishedUnit as ExactUnit));
  await replaceContent(
    sql,
    written.map((unit) => asOfNewest(unit, heldBy(unit))),
  );
  return written;
}

async function readHeld(sql: Sql, units: readonly ExactUnit[]): Promise<Map<string, SlotContent>> {
  const rows = await sql.query<SlotRow & { user_id: string }>(
    'read-held-content',
    `select user_id, ${slotColumns} from content
     join unnest($1::text[], $2::text[]) as p (user_id, slot) using (user_id, slot)`,
    [units.map(({ event }) => userIdOf(event)), units.map(({ unit }) => unit.slot)],
  );
  return new Map(rows.map((row) => [placeKey(row.user_id, row.slot), toSlotContent(row)]));
}

function placeOf({ event, unit }: ExactUnit | ContentUnit): string {
  return placeKey(userIdOf(event), unit.slot);
}

function placeKey(userId: string, slot: string): string {
  return JSON.stringify([userId, slot]);
}
