// A database of its own for a test, on the Postgres server that the run found.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { migratePostgres } from '../src/outbound/postgres-migrate.ts';
import { openPostgres, type Postgres } from '../src/outbound/postgres-pool.ts';
import { type Group, groupRoles } from '../src/outbound/postgres-roles.ts';

export type TestDatabase = {
  url: string;
  postgres: Postgres;
  /** Where somebody with only the rights of this group logs in. */
  urlOf(group: Group): Promise<string>;
  drop(): Promise<void>;
};

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await migratePostgres(url, 'migrations');
  const postgres = openTestPool(url);
  const logins: string[] = [];
  return {
    url,
    postgres,
    async urlOf(group) {
      // Of its own name: roles belong to the whole server, and other tests run beside this one.
      const login = `${name}_${group}`;
      if (!logins.includes(login)) {
        const role = groupRoles[group];
        await run(server, `create role ${login} login password '${login}' in role ${role}`);
        logins.push(login);
      }
      return Object.assign(new URL(url), { username: login, password: login }).href;
    },
    async drop() {
      await postgres.close();
      await run(server, `drop database ${name} with (force)`);
      for (const login of logins) await run(server, `drop role ${login}`);
    },
  };
}

export function openTestPool(url: string): Postgres {
  return openPostgres({
    url,
    applicationName: 'test',
    maxConnections: 8,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 10_000,
    lockTimeoutMs: 10_000,
  });
}

/** How many sessions of the database wait for a lock. */
export async function waitingForLock(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query<{ count: number }>(
    'test-waiting',
    `select count(*) from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
    [],
  );
  return row?.count ?? 0;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
