// Who logs in, and what somebody may do who has.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogins, loginUrl } from '../../src/outbound/postgres-logins.ts';
import { migratePostgres } from '../../src/outbound/postgres-migrate.ts';
import { postgresRetention } from '../../src/outbound/postgres-retention.ts';
import { openTestDatabase, openTestPool, type TestDatabase } from '../postgres-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const query = <Row>(text: string) => database.postgres.query<Row>(text.slice(0, 60), text, []);

describe('logins', () => {
  const passwords = { migrator: 'm', worker: 'w', operator: 'o', inspector: 'i' };

  it('have the rights of their group; the inspector reads for a while and nothing else', async () => {
    const admin = { postgresUrl: database.url, passwords, inspectorTimeoutMs: 1234 };
    await createLogins(admin);
    // A second time gives new passwords and changes nothing else.
    await createLogins(admin);
    // Whoever migrates next has only the migrator's rights, and may change what others made.
    await migratePostgres(loginUrl(database.url, 'migrator', passwords), 'migrations');
    const inspector = new pg.Client(loginUrl(database.url, 'inspector', passwords));
    await inspector.connect();
    try {
      const { rows } = await inspector.query('show statement_timeout');
      expect(rows).toEqual([{ statement_timeout: '1234ms' }]);
      await inspector.query('select from event_story');
      const refused = async (text: string, code: string) =>
        expect(inspector.query(text), text).rejects.toMatchObject({ code });
      await refused('select data from public.event', '42501');
      await refused('create temporary table t (id int)', '25006');
      await inspector.query('set default_transaction_read_only = off');
      await refused('create temporary table t (id int)', '42501');
      await refused('create table public.t (id int)', '42501');
      await refused('delete from public.event', '42501');
      await refused(`select lo_from_bytea(0, 'some')`, '42501');
      await refused('set temp_file_limit = -1', '42501');
      // What migrations and retention wait for, and a way to leave no room for anybody's locks.
      await refused('select pg_advisory_lock(7204311)', '42501');
      await refused(
        'select pg_try_advisory_xact_lock_shared(n, n) from generate_series(1, 9) n',
        '42501',
      );
    } finally {
      await inspector.end();
    }
    // A worker has the one lock that it needs.
    const worker = openTestPool(loginUrl(database.url, 'worker', passwords));
    const batch = { olderThanMs: 0, max: 9, after: null };
    await postgresRetention(worker).forget('events', batch).finally(worker.close);
    const left = await query<{ may: string }>(
      `select r.rolname || ' ' || p.oid::regprocedure as may
       from pg_proc p, pg_roles r where proname ~ 'advisory' and r.rolname = any('{worker,operator,inspector,migrator}')
         and has_function_privilege(r.oid, p.oid, 'execute') order by 1`,
    );
    expect(left.map(({ may }) => may)).toEqual([
      'migrator pg_advisory_lock(bigint)',
      'worker pg_try_advisory_xact_lock(bigint)',
    ]);
  });

  it('take no role that is somebody else’s', async () => {
    await query('drop owned by operator');
    await query('drop role operator');
    await query('create role operator');
    const refused = () =>
      expect(
        createLogins({ postgresUrl: database.url, passwords, inspectorTimeoutMs: 1 }),
      ).rejects.toThrow('a role "operator" that is not Beforehand');
    await refused();
    // A member of everything, and one who reads everything, are no more ours than others.
    await query('alter role operator superuser');
    await refused();
    await query('alter role operator nosuperuser');
    await query('grant pg_read_all_data to operator');
    await refused();
    await query('drop role operator, worker, migrator, inspector');
  });
});
