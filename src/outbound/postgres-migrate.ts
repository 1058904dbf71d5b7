// Brings the tables to the state this release needs, once, however many processes try.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { pause } from '../domain/backoff.ts';

/** Any constant: whoever migrates this product's tables holds this advisory lock. */
const migrationLock = 7_204_311;

/**
 * What waits for a table holds up whoever comes after it, and holds all that it has locked itself,
 * which others may wait for with that table in their hands. So it gives all back soon, before they
 * are told of a deadlock, and comes again.
 */
const lockTimeoutMs = 500;
const maxAttempts = 60;
const pauseMs = 500;

/** Postgres's word for a lock that was not to be had in time, and for a deadlock. */
const lockFailures = ['55P03', '40P01'];

/** All that is new, in one transaction. drizzle's own `migrate` takes no lock, and two at once break each other. */
export async function migratePostgres(url: string, folder: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'beforehand migrate',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 300_000,
    keepAlive: true,
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    for (let attempt = 1; !(await migrateOnce(client, folder, attempt)); attempt += 1) {
      await pause(pauseMs);
    }
  } finally {
    // The lock belongs to the session and goes with it.
    await client.end();
  }
}

/** `false`: others had a table in use, and it is to be tried again. */
async function migrateOnce(client: pg.Client, folder: string, attempt: number): Promise<boolean> {
  try {
    await migrate(drizzle(client), { migrationsFolder: folder });
    return true;
  } catch (error) {
    if (attempt === maxAttempts || !lockFailures.includes(codeOf(error))) throw error;
    return false;
  }
}

/** drizzle hides Postgres's error in its own. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code ?? (cause instanceof Error ? codeOf(cause) : '');
}
