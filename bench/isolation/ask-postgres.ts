// What Postgres holds, when a part is over.

import pg from 'pg';
import type { Edge } from '../edge/open-edge.ts';

export async function askPostgres<Row extends pg.QueryResultRow>(
  { postgresUrl }: Edge,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(postgresUrl);
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Rows whose user is one of this run's. */
export async function countRows(
  edge: Edge,
  table: 'content' | 'outcome',
  run: string,
): Promise<number> {
  const text = `select count(*)::int as count from ${table} where user_id like $1`;
  const [row] = await askPostgres<{ count: number }>(edge, text, [`${run}-%`]);
  return row?.count ?? 0;
}
