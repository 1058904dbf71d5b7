// The login for people with psql: it sees everything, changes nothing and cannot run for long.

import pg from 'pg';

const inspectorRole = 'inspector';

/** The server and database of `postgresUrl`, for the inspector. */
export function inspectorUrl(postgresUrl: string, password: string): string {
  const url = new URL(postgresUrl);
  url.username = inspectorRole;
  url.password = password;
  return url.href;
}

/**
 * Creates the role or gives it this password. It reads all tables, starts every transaction
 * read-only, and finds the views of schema `inspect` by their bare names.
 */
export async function createInspector(options: {
  /** Of a user who may create roles. */
  postgresUrl: string;
  password: string;
  statementTimeoutMs: number;
}): Promise<void> {
  const client = new pg.Client({ connectionString: options.postgresUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [
      inspectorRole,
    ]);
    if (rowCount === 0) await client.query(`create role ${inspectorRole} login`);
    // Statements about roles take no parameters.
    const password = client.escapeLiteral(options.password);
    await client.query(`
      alter role ${inspectorRole} login password ${password} connection limit 10;
      grant pg_read_all_data to ${inspectorRole};
      alter role ${inspectorRole} set default_transaction_read_only = on;
      alter role ${inspectorRole} set statement_timeout = ${Math.floor(options.statementTimeoutMs)};
      alter role ${inspectorRole} set search_path = inspect, public;
    `);
  } finally {
    await client.end();
  }
}
