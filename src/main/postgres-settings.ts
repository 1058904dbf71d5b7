// How a process reaches Postgres.

import type { PostgresOptions } from '../outbound/postgres-pool.ts';
import { integer, type Settings, url, type ValuesOf } from './settings.ts';

export const postgresSettings = {
  postgresUrl: url('BEFOREHAND_POSTGRES_URL', 'Where Postgres is, with user and database.', [
    'postgres:',
    'postgresql:',
  ]),
  postgresMaxConnections: integer(
    'BEFOREHAND_POSTGRES_MAX_CONNECTIONS',
    'Connections of one process; their sum must stay below the server’s max_connections.',
    { default: 10, min: 1, max: 200 },
  ),
  postgresConnectTimeoutMs: integer(
    'BEFOREHAND_POSTGRES_CONNECT_TIMEOUT_MS',
    'How long a query waits for a connection.',
    { default: 2000, min: 100, max: 60_000 },
  ),
  postgresStatementTimeoutMs: integer(
    'BEFOREHAND_POSTGRES_STATEMENT_TIMEOUT_MS',
    'How long one statement may take.',
    { default: 5000, min: 100, max: 600_000 },
  ),
  postgresLockTimeoutMs: integer(
    'BEFOREHAND_POSTGRES_LOCK_TIMEOUT_MS',
    'How long a statement waits for another transaction’s lock.',
    { default: 2000, min: 100, max: 600_000 },
  ),
} satisfies Settings;

export function postgresOptions(
  settings: ValuesOf<typeof postgresSettings>,
  applicationName: string,
): PostgresOptions {
  return {
    url: settings.postgresUrl,
    applicationName,
    maxConnections: settings.postgresMaxConnections,
    connectTimeoutMs: settings.postgresConnectTimeoutMs,
    statementTimeoutMs: settings.postgresStatementTimeoutMs,
    lockTimeoutMs: settings.postgresLockTimeoutMs,
  };
}
