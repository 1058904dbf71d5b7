// Tables that belong to a login from before there were groups, and who may migrate them then.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migratePostgres } from '../../src/outbound/postgres-migrate.ts';
import { groupRoles, migratorRole } from '../../src/outbound/postgres-roles.ts';

const name = `test_${randomBytes(6).toString('hex')}`;
const [owner, member] = [`${name}_owner`, `${name}_member`];

let server: pg.Client;
beforeAll(async () => {
  server = new pg.Client(inject('postgresUrl'));
  await server.connect();
  for (const group of Object.values(groupRoles)) {
    await server.query(`do $$ begin create role ${group} nologin;
      exception when duplicate_object or unique_violation then null; end $$`);
  }
  await server.query(`create role ${owner} login password 'p'`);
  await server.query(`create role ${member} login password 'p' in role ${migratorRole}`);
  await server.query(`create database ${name} owner ${owner}`);
});
afterAll(async () => {
  await server.query(`drop database ${name} with (force)`);
  await server.query(`drop role ${owner}, ${member}`);
  await server.end();
});

const urlOf = (username: string) =>
  Object.assign(new URL(inject('postgresUrl')), { username, password: 'p', pathname: `/${name}` })
    .href;
const migrateAs = (login: string) => migratePostgres(urlOf(login), 'migrations');

async function owners(): Promise<string[]> {
  const client = new pg.Client(urlOf(owner));
  await client.connect();
  try {
    const { rows } = await client.query<{ owner: string }>(
      `select distinct relowner::regrole::text as owner from pg_class
       where relkind in ('r', 'v') and relnamespace::regnamespace::text in ('public', 'inspect')
       union select nspowner::regrole::text from pg_namespace where nspname = 'inspect'`,
    );
    return rows.map((row) => row.owner);
  } finally {
    await client.end();
  }
}

it('are given to the group by their owner, and nobody else can', async () => {
  // The groups are there, and the owner of the tables is no member yet.
  await migrateAs(owner);
  expect(await owners()).toEqual([owner]);
  await expect(migrateAs(member)).rejects.toThrow(
    `belongs to ${owner}. Migrate once as ${owner}, made a member of ${migratorRole}`,
  );
  await server.query(`grant ${migratorRole} to ${owner}`);
  await migrateAs(owner);
  expect(await owners()).toEqual([migratorRole]);
  await migrateAs(member);
});
