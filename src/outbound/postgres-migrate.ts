// Brings tables, views and rights to the state this release needs, once, however many processes try.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { pause } from '../domain/backoff.ts';
import { becomeMigrator, ensureGroups, grantRights } from './postgres-grants.ts';

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

/** `false`: the groups are missing, and whoever migrates may not make them, so nobody was given rights. */
export type Migrated = { hasGroups: boolean };

/** All that is new, in one transaction. drizzle's own `migrate` takes no lock, and two at once break each other. */
export async function migratePostgres(url: string, folder: string): Promise<Migrated> {
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
    const hasGroups = await ensureGroups(client);
    if (hasGroups) await patiently(() => becomeMigrator(client));
    await patiently(() => migrate(drizzle(client), { migrationsFolder: folder }));
    if (hasGroups) await patiently(() => grantRights(client));
    return { hasGroups };
  } finally {
    // The lock belongs to the session and goes with it.
    await client.end();
  }
}

/** While others have a table in use, it is tried again. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === maxAttempts || !lockFailures.includes(codeOf(error))) throw error;
      await pause(pauseMs);
    }
  }
}

/** drizzle hides Postgres's error in its own. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: unknown };
  return code ?? (cause instanceof Error ? codeOf(cause) : '');
}
