// What an erasure takes from Postgres.

import { erasedError } from '../domain/worker/erasure.ts';
import { stampOf } from './postgres-dead-selection.ts';
import { lockDocuments } from './postgres-document-lock.ts';
import type { Sql } from './postgres-pool.ts';

/**
 * Takes all content of the user away, and what came of their events up to this stamp. Units that
 * wait stay, without data: they end as erased. What failed may quote content of before, so no error
 * stays, whatever its event. The document that is left is a newer version: replicas hold the one
 * before, and refuse all that is not newer. A receipt that comes later says no more than the row of
 * that document: a name and a version. To be called in a transaction.
 */
export async function eraseUser(sql: Sql, user: string, stamp: number): Promise<void> {
  const run = (name: string, text: string, values: readonly unknown[]) =>
    sql.query(name, text, [user, ...values]);
  const locked = await lockDocuments(sql, [user]);
  await run('erase-document', documentQuery, [stamp, locked.get(user)?.nextVersion]);
  await run('erase-events', eventsQuery, [stamp]);
  await run('erase-dead-letters', `delete from dead_letter d where ${isOver}`, [stamp]);
  await run('blank-dead-letters', blankQuery('dead_letter'), [erasedError]);
  await run('erase-follow-ups', `delete from follow_up d where ${isOver}`, [stamp]);
  await run('erase-receipts', 'delete from receipt where user_id = $1', []);
  await run('erase-content', 'delete from content where user_id = $1', []);
  await run('blank-parked', blankQuery('parked'), [erasedError]);
}

/** A document at version 0 was never stored, so no replica has one. */
const documentQuery = `
  update document set erased = $2, stored_at = clock_timestamp(),
    version = case when version > 0 then $3 else version end
  where user_id = $1`;

const eventsQuery = `update event set data = 'null' where user_id = $1 and stamp <= $2`;

/** A row with the whole event in it. */
const isOver = `d.user_id = $1 and ${stampOf} <= $2`;

const blankQuery = (table: string) => `update ${table} set error = $2 where user_id = $1`;
