// Brings the tables to the state this release needs, once, however many processes try.

import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

/** Any constant: whoever migrates this product's tables holds this advisory lock. */
const migrationLock = 7_204_311;

/** drizzle's own `migrate` takes no lock, and two at once break each other. */
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
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    // The lock belongs to the session and goes with it.
    await client.end();
  }
}
