// docs/sql.md: every query runs, as an inspector, and answers what stands below it.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tables, views } from '../../src/outbound/postgres-roles.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { linksOn } from '../flow/open-flow.ts';
import { openTestDatabase, openTestPool, type TestDatabase } from '../postgres-database.ts';
import { answeredTable, readRecipes, shownTable } from './cookbook-page.ts';
import { fillCookbook } from './fill-cookbook.ts';

let database: TestDatabase;
let inspector: pg.Client;
const types = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

beforeAll(async () => {
  database = await openTestDatabase();
  const broker = await openTestBroker(inject('amqpUrl'), `sql${randomBytes(4).toString('hex')}`);
  // Those who do the work have the rights of workers, and no others.
  const worker = openTestPool(await database.urlOf('worker'));
  try {
    await fillCookbook(linksOn(broker, worker), database.postgres);
  } finally {
    await worker.close();
    await broker.close();
  }
  inspector = new pg.Client({ connectionString: await database.urlOf('inspector'), types });
  await inspector.connect();
  await inspector.query(`set search_path = inspect; set timezone = 'UTC'`);
});
afterAll(async () => {
  await inspector?.end();
  await database.drop();
});

const recipes = readRecipes();

describe('the cookbook', () => {
  it.each(recipes)('$question', async ({ query, output }) => {
    const { fields, rows } = await inspector.query<(string | null)[]>({
      text: query,
      rowMode: 'array',
    });
    const columns = fields.map(({ name }) => name);
    expect(answeredTable(columns, rows)).toEqual(shownTable(output));
  });

  it('asks every view', () => {
    const asked = recipes.map(({ query }) => query).join('\n');
    const bare = views.map((view) => view.replace('inspect.', ''));
    expect(bare.filter((view) => !new RegExp(`\\bfrom ${view}\\b`).test(asked))).toEqual([]);
    expect(recipes.length).toBeGreaterThan(10);
  });
});

describe('schema inspect', () => {
  it('says what every view and every column is', async () => {
    const { rows } = await inspector.query(
      `select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = relnamespace
       left join pg_attribute a on a.attrelid = c.oid and attnum > 0
       where nspname = 'inspect'
         and (obj_description(c.oid) is null or col_description(c.oid, attnum) is null)`,
    );
    expect(rows).toEqual([]);
  });

  it('shows the data of no event', async () => {
    await database.postgres.query('secret', `update event set data = '"secret"'`, []);
    await database.postgres.query(
      'secret-letter',
      `update dead_letter set event = (event::jsonb || '{"data":"secret"}')::json`,
      [],
    );
    for (const view of views) {
      const { rows } = await inspector.query(`select * from ${view}`);
      expect(JSON.stringify(rows)).not.toContain('secret');
    }
    expect(tables).toContain('event');
  });
});
