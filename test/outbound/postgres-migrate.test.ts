// Migrating while others work on the tables.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migratePostgres } from '../../src/outbound/postgres-migrate.ts';
import { openTestDatabase, type TestDatabase, waitingForLock } from '../postgres-database.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'beforehand-migrations-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await database.drop();
});

/** Two changes of two tables, in one transaction as all that is new. */
function writeMigrations(): void {
  const statements = [
    'alter table follow_up add column a int',
    'alter table content add column b int',
  ];
  // Later than any that is there.
  const when = Date.now() + 1_000_000_000_000;
  const entries = statements.map((_, idx) => ({ idx, when: when + idx, tag: `later_${idx}` }));
  mkdirSync(join(folder, 'meta'));
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify({ entries }));
  for (const [idx, text] of statements.entries()) {
    writeFileSync(join(folder, `later_${idx}.sql`), text);
  }
}

it('lets whoever works on the tables end, and comes again', async () => {
  writeMigrations();
  const worker = new pg.Client({ connectionString: database.url });
  await worker.connect();
  try {
    await worker.query('begin');
    await worker.query('lock table content in row exclusive mode');
    const migrating = migratePostgres(database.url, folder);
    migrating.catch(() => {});
    await expect.poll(() => waitingForLock(database.postgres), { timeout: 5000 }).toBe(1);
    // The migration has this table and waits for the other: each would wait for the other for ever.
    await worker.query('lock table follow_up in row exclusive mode');
    await worker.query('commit');
    await migrating;
  } finally {
    await worker.end();
  }
  await database.postgres.query('test-columns', 'select f.a, c.b from follow_up f, content c', []);
});
