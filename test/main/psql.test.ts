// `npm run psql`, as a person or a script has it.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { howToGetPsql, psqlEnv } from '../../src/main/psql-place.ts';
import { findPsql } from '../../src/servers/programs.ts';
import { openTestDatabase, type TestDatabase } from '../postgres-database.ts';

const entry = join(import.meta.dirname, '..', '..', 'src', 'main', 'psql.ts');
let database: TestDatabase;
let dataDir: string;
let inspector: string;

beforeAll(async () => {
  database = await openTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'beforehand-psql-'));
  inspector = await database.urlOf('inspector');
});
afterAll(async () => {
  rmSync(dataDir, { recursive: true });
  await database.drop();
});

type Result = { code: number; stdout: string; stderr: string };

/** Variables of a shell that is used for another database, too. */
const shell = { PGHOST: '/nowhere', PGUSER: 'somebody', PGPASSWORD: 'else' };

function psql(args: readonly string[], env: { [name: string]: string } = {}): Promise<Result> {
  const all = { ...process.env, ...shell, BEFOREHAND_DATA_DIR: dataDir, ...env };
  return new Promise((resolve) => {
    const command = ['--import', 'tsx', entry, ...args];
    execFile(process.execPath, command, { env: all }, (error, stdout, stderr) => {
      resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
  });
}

const started = (name: string) => writeFileSync(join(dataDir, name), JSON.stringify({ inspector }));

it('passes on what it was given, and opens no table', async (context) => {
  if (findPsql() === null) context.skip('psql is not on this machine');
  started('solo.json');
  const { stdout, stderr } = await psql([
    '-At',
    '-c',
    'select current_user, count(*) from inspect.parked',
  ]);
  expect({ stdout, stderr }).toEqual({ stdout: `${new URL(inspector).username}|0\n`, stderr: '' });
  const refused = await psql(['-c', 'select from public.event']);
  expect(refused).toMatchObject({ code: 1, stderr: 'ERROR:  permission denied for table event\n' });
});

it('keeps the password out of what other users of the machine can read', async (context) => {
  if (findPsql() === null) context.skip('psql is not on this machine');
  started('solo.json');
  const password = new URL(inspector).password;
  // psql is asked for its own command line, by the shell that it starts.
  const { stdout } = await psql(['-c', '\\! tr "\\\\0" " " < /proc/$PPID/cmdline']);
  expect(stdout).toContain('psql');
  expect(stdout).not.toContain(password);
});

it('says so when nothing runs, or too much', async () => {
  rmSync(join(dataDir, 'solo.json'), { force: true });
  expect(await psql([])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Nothing runs in .*npm start/),
  });
  started('solo.json');
  started('stack.json');
  expect(await psql([])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Both solo and'),
  });
  expect(await psql([], { BEFOREHAND_INSPECTOR_URL: 'nonsense' })).toMatchObject({ code: 1 });
  rmSync(join(dataDir, 'stack.json'));
});

it('says how to get psql, and what else would do, without the password', () => {
  const text = howToGetPsql(psqlEnv('postgres://inspector:secret@127.0.0.1:5433/db'));
  expect(text).toContain('apt-get install postgresql-client');
  expect(text).toContain('host 127.0.0.1, port 5433, database db, user inspector');
  expect(text).not.toContain('secret');
});

it('tells psql all that a URL says', () => {
  const url = 'postgres://in%40s:p%3Aw@[::1]:5433/db?sslmode=require';
  expect(psqlEnv(url)).toEqual({
    ...{ PGHOST: '::1', PGPORT: '5433', PGUSER: 'in@s', PGPASSWORD: 'p:w', PGDATABASE: 'db' },
    ...{ PGSSLMODE: 'require', PGAPPNAME: 'beforehand psql' },
  });
  expect(() => psqlEnv(`${url}&sslmodee=require`)).toThrow('sslmodee');
});
