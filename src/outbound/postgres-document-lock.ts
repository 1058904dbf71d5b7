// The lock that orders everything done to a user: the row of their document.

import { epochMs } from './postgres-content.ts';
import type { Sql } from './postgres-pool.ts';

export type LockedDocument = {
  /** The stamp that the user was erased up to. */
  erased: number;
  /** What it becomes if it changes under this lock. */
  nextVersion: number;
};

/**
 * Locks the documents of these users, in an order that all who do so keep. A user who is not there yet gets a row: locking none would lock nobody.
 */
export async function lockDocuments(
  sql: Sql,
  users: readonly string[],
): Promise<Map<string, LockedDocument>> {
  if (users.length === 0) return new Map();
  const inserted = sql.query(
    'insert-documents',
    `insert into document (user_id, version, erased, stored_at)
     select u, 0, 0, clock_timestamp() from unnest($1::text[]) u order by u collate "C"
     on conflict do nothing`,
    [users],
  );
  const locked = sql.query<{ user_id: string; erased: number; next_version: number }>(
    'lock-documents',
    `select user_id, erased,
       greatest(version + 1, ${epochMs('clock_timestamp()')}) as next_version
     from document where user_id = any($1) order by user_id for update`,
    [users],
  );
  const [, rows] = await Promise.all([inserted, locked]);
  return new Map(
    rows.map((row) => [row.user_id, { erased: row.erased, nextVersion: row.next_version }]),
  );
}
