// Who may do what: the catalogs of a migrated database against a table that people can read.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migratePostgres } from '../../src/outbound/postgres-migrate.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

/** r: select, a: insert, w: update, d: delete, D: truncate, x: references, t: trigger. */
const expected = `
                           worker  operator  inspector
  public.content           rawd    rw        -
  public.dead_letter       rawd    rd        -
  public.document          raw     raw       -
  public.event             rawd    raw       -
  public.follow_up         rawd    r         -
  public.generic           raw     rw        -
  public.outcome           rawd    rd        -
  public.parked            rawd    rawd      -
  public.receipt           rawd    r         -
  public.replica           rawd    rw        -
  public.unsent            rawd    raw       -
  inspect.dead_letters     -       r         r
  inspect.event_story      -       r         r
  inspect.follow_ups       -       r         r
  inspect.generators       -       r         r
  inspect.generic_content  -       r         r
  inspect.parked           -       r         r
  inspect.replicas         -       r         r
  inspect.throughput       -       r         r
  inspect.unsent           -       r         r
  inspect.user_document    -       r         r
  drizzle.__drizzle_migrations -   -         -`;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const query = <Row>(text: string) => database.postgres.query<Row>(text.slice(0, 60), text, []);

const verbs = 'select=r insert=a update=w delete=d truncate=D references=x trigger=t'.split(' ');
const letters = verbs.map((verb) => verb.split('=')) as [string, string][];
const roles = ['worker', 'operator', 'inspector'];

/** Every relation that is in the database, and what each role comes to be able to do by any way. */
async function actual(): Promise<string[]> {
  const cells = roles.map((role) => {
    const may = letters.map(([verb, letter]) => {
      const named = `'beforehand_${role}', c.oid, '${verb}'`;
      const onColumns = ['select', 'insert', 'update', 'references'].includes(verb);
      const has = onColumns
        ? `has_any_column_privilege(${named})`
        : `has_table_privilege(${named})`;
      return `case when ${has} then '${letter}' else '' end`;
    });
    return `coalesce(nullif(${may.join(' || ')}, ''), '-')`;
  });
  const rows = await query<{ line: string }>(
    `select concat_ws(' ', nspname || '.' || relname, ${cells.join(', ')}) as line
     from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind in ('r', 'v', 'm', 'p', 'f')
       and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return rows.map(({ line }) => line).sort();
}

const lines = (table: string) =>
  table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/ +/g, ' '))
    .sort();

describe('rights', () => {
  it('are those of the table, for each role, table and verb', async () => {
    expect(await actual()).toEqual(lines(expected));
  });

  it('are repaired by the next migration, extra ones and missing ones', async () => {
    await query('grant delete on document to beforehand_worker');
    await query('grant select on outcome to beforehand_inspector');
    await query('revoke select on event from beforehand_worker');
    expect(await actual()).not.toEqual(lines(expected));
    await migratePostgres(database.url, 'migrations');
    expect(await actual()).toEqual(lines(expected));
  });

  it('let only the migrator create anything, and nobody run code of ours or read files', async () => {
    const create = (role: string) => `
      select '${role}' as role, has_database_privilege('beforehand_${role}', current_database(), 'create') as database,
        array(select nspname::text from pg_namespace where nspname in ('public', 'inspect', 'drizzle')
          and has_schema_privilege('beforehand_${role}', oid, 'create') order by 1) as schemas,
        has_function_privilege('beforehand_${role}', 'pg_read_file(text)', 'execute') as files`;
    const rows = await query([...roles, 'migrator'].map(create).join(' union all '));
    const nothing = { database: false, schemas: [], files: false };
    expect(rows).toEqual([
      ...roles.map((role) => ({ role, ...nothing })),
      { role: 'migrator', ...nothing, database: true, schemas: ['drizzle', 'inspect', 'public'] },
    ]);
    const functions = await query(
      `select proname from pg_proc p join pg_namespace n on n.oid = pronamespace
       where nspname in ('public', 'inspect', 'drizzle')`,
    );
    expect(functions).toEqual([]);
  });

  it('touch nothing that is not ours', async () => {
    await query('create table somebody_elses (id int)');
    await migratePostgres(database.url, 'migrations');
    const [row] = await query<{ acl: string | null; owner: string }>(
      `select relacl::text as acl, relowner::regrole::text as owner from pg_class
       where relname = 'somebody_elses'`,
    );
    expect(row?.acl).toBeNull();
    expect(row?.owner).not.toMatch(/beforehand/);
    await query('drop table somebody_elses');
  });

  it('leave alone a table that has only the name of one of ours', async () => {
    const name = `${new URL(database.url).pathname.slice(1)}_other`;
    await query(`create database ${name}`);
    const url = Object.assign(new URL(database.url), { pathname: `/${name}` }).href;
    const other = new pg.Client(url);
    await other.connect();
    try {
      await other.query('create table event (id int)');
      await expect(migratePostgres(url, 'migrations')).rejects.toThrow();
      const { rows } = await other.query(
        `select relowner::regrole::text ~ '^beforehand' as is_ours from pg_class
         where oid = 'event'::regclass`,
      );
      expect(rows).toEqual([{ is_ours: false }]);
    } finally {
      await other.end();
      await query(`drop database ${name} with (force)`);
    }
  });
});
