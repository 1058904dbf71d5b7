// The one way to Postgres: a bounded pool with every timeout set, and errors in the domain's words.

import pg from 'pg';
import { Failure } from '../domain/errors.ts';
import { toParameter } from './postgres-text-array.ts';

export type PostgresOptions = {
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  maxConnections: number;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
  lockTimeoutMs: number;
};

export type Sql = {
  /** Runs a prepared statement; `name` is unique for its text. An array of strings is a `text[]`. */
  query<Row>(name: string, text: string, values: readonly unknown[]): Promise<Row[]>;
};

export type Postgres = Sql & {
  /** On one connection, without a transaction: what is handed over later runs later. */
  inOrder<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** READ COMMITTED. Commits when `work` resolves, else rolls back. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

const int8 = 20;
const jsonText = 114;

/** 64-bit integers are ours and fit a number; JSON stays the text that it is. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === int8) return Number;
    if (oid === jsonText) return (text: string) => text;
    return format === 'binary' ? pg.types.getTypeParser(oid, format) : pg.types.getTypeParser(oid);
  },
};

export function openPostgres(options: PostgresOptions): Postgres {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    // A server that does not answer at all: later than the server's own timeout, so that wins.
    query_timeout: options.statementTimeoutMs + 1000,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: options.statementTimeoutMs * 2,
    // Each statement looks things up by key. A plan that was made while the tables were small, and is
    // kept with its prepared statement, would read them whole ever after. Compiling pays for none.
    options: '-c enable_seqscan=off -c jit=off',
    keepAlive: true,
    // Statements that were handed over together are sent together, and run one after the other.
    pipeline: true,
    types: types as unknown as pg.CustomTypesConfig,
  });
  // Without listeners, a connection that dies while idle or checked out ends the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined;
    let isBroken = true;
    try {
      client = await pool.connect();
      const result = await work(client);
      isBroken = false;
      return result;
    } catch (error) {
      const failure = toFailure(error);
      // A refused statement leaves a sound connection; after anything else nobody knows.
      isBroken = failure.code !== 'rejected';
      throw failure;
    } finally {
      client?.release(isBroken);
    }
  }

  return {
    query: (name, text, values) => withClient((client) => sqlOn(client).query(name, text, values)),
    inOrder: (work) => withClient((client) => work(sqlOn(client))),
    transaction: (work) =>
      withClient(async (client) => {
        await client.query('begin isolation level read committed');
        try {
          const result = await work(sqlOn(client));
          await client.query('commit');
          return result;
        } catch (error) {
          await client.query('rollback').catch(() => {});
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

function sqlOn(client: pg.PoolClient): Sql {
  return {
    async query<Row>(name: string, text: string, values: readonly unknown[]) {
      const result = await client.query({ name, text, values: values.map(toParameter) });
      return result.rows as Row[];
    },
  };
}

/**
 * Data that Postgres will never take: cardinality violation (21), data exception (22), integrity
 * violation (23), program limit exceeded such as a key too long for its index (54).
 */
const rejectedClasses = new Set(['21', '22', '23', '54']);

export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isRejected = typeof code === 'string' && rejectedClasses.has(code.slice(0, 2));
  return new Failure(
    isRejected && /^[0-9A-Z]{5}$/.test(code) ? 'rejected' : 'unavailable',
    `Postgres: ${String(message ?? error)}`,
    { cause: error },
  );
}
