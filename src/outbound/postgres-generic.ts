// Content for everyone: the guarded writes of a commit, what they withdraw, and the read of all of it.

import type { GenericContent } from '../domain/document.ts';
import type { ContentUnit } from '../domain/worker/commit-rules.ts';
import {
  contentColumns,
  contentFrom,
  contentValues,
  epochMs,
  isNewer,
  type SlotRow,
  slotColumns,
  takeExcluded,
  toSlotContent,
} from './postgres-content.ts';
import type { Sql } from './postgres-pool.ts';

type GenericRow = SlotRow & { version: number; withdrawn_below: number };

const columns = `version, withdrawn_below, ${slotColumns}`;

const nextVersion = 'greatest(generic.version + 1, excluded.version)';

/** Writes what is newer than what is stored; each row carries its own version. */
export async function writeGeneric(
  sql: Sql,
  units: readonly ContentUnit[],
): Promise<{ winners: ContentUnit[]; generic: GenericContent[] }> {
  if (units.length === 0) return { winners: [], generic: [] };
  // Before the first version there was only what the configuration says: that is version 0.
  const rows = await sql.query<GenericRow>(
    'write-generic',
    `insert into generic (slot, version, withdrawn_below,
       stamp, source, id, type, generated_at, expires_at, content)
     select slot, ${epochMs('clock_timestamp()')}, withdraw::int, ${contentValues} ${contentFrom}
     order by slot collate "C"
     on conflict (slot) do update set ${takeExcluded}, version = ${nextVersion},
       withdrawn_below = case excluded.withdrawn_below when 0 then generic.withdrawn_below
         else ${nextVersion} end
     where ${isNewer('generic')}
     returning ${columns}`,
    contentColumns(units),
  );
  const written = new Set(rows.map((row) => row.slot));
  return {
    winners: units.filter((unit) => written.has(unit.unit.slot)),
    generic: rows.map(toGeneric),
  };
}

/**
 * Withdraws what these slots showed before they held what they hold now. For content that withdraws
 * and came too late to be shown itself: what is older than it is older than its better, too. The
 * version rises, because replicas take nothing of a version that they have.
 */
export async function withdrawOlder(sql: Sql, slots: readonly string[]): Promise<GenericContent[]> {
  if (slots.length === 0) return [];
  const rows = await sql.query<GenericRow>(
    'withdraw-older',
    `update generic set withdrawn_below = version,
       version = greatest(version + 1, ${epochMs('clock_timestamp()')})
     where slot = any($1) returning ${columns}`,
    [slots],
  );
  return rows.map(toGeneric);
}

export async function readGeneric(sql: Sql): Promise<GenericContent[]> {
  const rows = await sql.query<GenericRow>(
    'read-generic',
    `select ${columns} from generic order by slot`,
    [],
  );
  return rows.map(toGeneric);
}

function toGeneric(row: GenericRow): GenericContent {
  const { version, withdrawn_below: withdrawnBelow } = row;
  return { version, withdrawnBelow, ...toSlotContent(row) };
}
