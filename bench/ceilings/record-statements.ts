// The statements by which a worker writes a batch, with their values, as it sends them to Postgres.

import pg from 'pg';
import { postgresOptions, postgresSettings } from '../../src/main/postgres-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import { openPostgres, type Postgres, type Sql } from '../../src/outbound/postgres-pool.ts';
import { contentJsonOf, eventsOf, inBatches, unitOf } from './samples.ts';

export type Statement = { name: string; text: string; values: unknown[] };

/** Stores so many units, a list for each transaction, and leaves the tables empty. */
export async function recordStatements(
  postgresUrl: string,
  run: string,
  count: number,
): Promise<Statement[][]> {
  const settings = readSettings(postgresSettings, { BEFOREHAND_POSTGRES_URL: postgresUrl });
  const postgres = openPostgres(postgresOptions(settings, 'beforehand bench'));
  const transactions: Statement[][] = [];
  const store = postgresContentStore(recorded(postgres, transactions));
  try {
    for (const events of inBatches(eventsOf(run, count))) {
      const units = events.map(async (event) => unitOf(event, await contentJsonOf(event)));
      await store.commit(await Promise.all(units));
    }
  } finally {
    await postgres.close();
  }
  await emptyTables(postgresUrl);
  return transactions;
}

/** Only what writes: what a worker locks and reads again is its own way of doing it. */
const isWrite = (text: string) => /^\s*(insert|update|delete)\b/.test(text);

function recorded(postgres: Postgres, transactions: Statement[][]): Postgres {
  return {
    ...postgres,
    transaction: (work) =>
      postgres.transaction((sql) => {
        const statements: Statement[] = [];
        transactions.push(statements);
        const recording: Sql = {
          query(name, text, values) {
            if (isWrite(text)) statements.push({ name, text, values: [...values] });
            return sql.query(name, text, values);
          },
        };
        return work(recording);
      }),
  };
}

async function emptyTables(postgresUrl: string): Promise<void> {
  const client = new pg.Client(postgresUrl);
  await client.connect();
  await client.query('truncate event, outcome, content, document');
  await client.end();
}
