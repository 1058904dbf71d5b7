// Content and documents: the guarded writes of a commit, and every read of whole documents.

import type { SlotContent, UserDocument } from '../domain/document.ts';
import { type ContentUnit, refuseTooLarge } from '../domain/worker/commit-rules.ts';
import { keyColumns, userIdOf } from './postgres-ledger.ts';
import type { Sql } from './postgres-pool.ts';
import { mayReplace } from './postgres-requested.ts';

export const epochMs = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`;

export const slotColumns = `slot, stamp, source, id, type, content,
  ${epochMs('generated_at')} as generated_at_ms, ${epochMs('expires_at')} as expires_at_ms`;

export type SlotRow = {
  slot: string;
  stamp: number;
  source: string;
  id: string;
  type: string;
  generated_at_ms: number;
  expires_at_ms: number | null;
  content: string;
};

type DocumentRow = { user_id: string; version: number; stored_at_ms: number } & (
  | SlotRow
  | { slot: null }
);

/** Content arrives as columns, so that a batch of any size is one prepared statement. */
export const contentFrom = `from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[],
    $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::boolean[])
    as c (user_id, source, id, slot, stamp, type, generated_at_ms, expires_at_ms, content, withdraw)`;

export const contentValues = `stamp, source, id, type, to_timestamp(generated_at_ms / 1000.0),
    to_timestamp(expires_at_ms / 1000.0), content::json`;

export const isNewer = (table: string) =>
  `(${table}.stamp, ${table}.source, ${table}.id) < (excluded.stamp, excluded.source, excluded.id)`;

export const takeExcluded = `stamp = excluded.stamp, source = excluded.source, id = excluded.id,
    type = excluded.type, generated_at = excluded.generated_at, expires_at = excluded.expires_at,
    content = excluded.content`;

export function contentColumns(units: readonly ContentUnit[]): unknown[] {
  return [
    ...keyColumns(units.map((unit) => unit.event)),
    units.map((unit) => unit.unit.slot),
    units.map((unit) => unit.event.stamp),
    units.map((unit) => unit.event.type),
    units.map((unit) => unit.result.generatedAtMs),
    units.map((unit) => unit.result.expiresAtMs),
    units.map((unit) => unit.result.contentJson),
    units.map((unit) => unit.result.withdraw),
  ];
}

const insertContent = `insert into content
    (user_id, slot, stamp, source, id, type, generated_at, expires_at, content)
  select user_id, slot, ${contentValues} ${contentFrom}
  order by user_id collate "C", slot collate "C"
  on conflict (user_id, slot) do update set ${takeExcluded}`;

/** Writes content whatever is stored. */
export async function replaceContent(sql: Sql, units: readonly ContentUnit[]): Promise<void> {
  if (units.length > 0) await sql.query('replace-content', insertContent, contentColumns(units));
}

/** Writes content that is newer than what is stored and returns the units whose content it was. */
export async function writeContent(
  sql: Sql,
  units: readonly ContentUnit[],
): Promise<ContentUnit[]> {
  if (units.length === 0) return [];
  const rows = await sql.query<{ user_id: string; slot: string }>(
    'write-content',
    `${insertContent} where ${mayReplace(isNewer('content'))} returning user_id, slot`,
    contentColumns(units),
  );
  const written = new Set(rows.map((row) => JSON.stringify([row.user_id, row.slot])));
  return units.filter((unit) =>
    written.has(JSON.stringify([userIdOf(unit.event), unit.unit.slot])),
  );
}

/** Gives users that changed their next version and reads their documents, still under the lock. */
export async function raiseVersions(
  sql: Sql,
  users: readonly string[],
  nextVersions: readonly number[],
): Promise<UserDocument[]> {
  if (users.length === 0) return [];
  const raised = sql.query(
    'raise-versions',
    `update document d set version = n.version, stored_at = clock_timestamp()
     from unnest($1::text[], $2::bigint[]) as n (user_id, version) where d.user_id = n.user_id`,
    [users, nextVersions],
  );
  const [, documents] = await Promise.all([raised, readDocuments(sql, users)]);
  refuseTooLarge(documents);
  return documents;
}

const documentColumns = `user_id, version, ${epochMs('stored_at')} as stored_at_ms, ${slotColumns}`;

/** Version and slots come from one statement: two would not belong together without the lock. */
export async function readDocuments(sql: Sql, users: readonly string[]): Promise<UserDocument[]> {
  const rows = await sql.query<DocumentRow>(
    'read-documents',
    `select ${documentColumns} from document left join content using (user_id)
     where user_id = any($1) and version > 0 order by user_id, slot`,
    [users],
  );
  return toDocuments(rows);
}

/** At most `max` whole documents of users after `after`, in the order of users. */
export async function readDocumentsAfter(
  sql: Sql,
  after: string,
  max: number,
): Promise<UserDocument[]> {
  const rows = await sql.query<DocumentRow>(
    'read-documents-after',
    `select ${documentColumns} from
       (select * from document where user_id > $1 and version > 0 order by user_id limit $2) d
     left join content using (user_id) order by user_id, slot`,
    [after, max],
  );
  return toDocuments(rows);
}

function toDocuments(rows: readonly DocumentRow[]): UserDocument[] {
  const byUser = new Map<string, UserDocument & { slots: SlotContent[] }>();
  for (const row of rows) {
    const { user_id: user, version, stored_at_ms: storedAtMs } = row;
    const document = byUser.get(user) ?? { user, version, storedAtMs, slots: [] };
    if (row.slot !== null) document.slots.push(toSlotContent(row));
    byUser.set(user, document);
  }
  return [...byUser.values()];
}

export function toSlotContent(row: SlotRow): SlotContent {
  return {
    slot: row.slot,
    stamp: row.stamp,
    event: { source: row.source, id: row.id, type: row.type },
    generatedAtMs: row.generated_at_ms,
    expiresAtMs: row.expires_at_ms,
    contentJson: row.content,
  };
}
