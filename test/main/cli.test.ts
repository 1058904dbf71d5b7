// The command line: what was typed wrongly, and where it finds Postgres.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDeadLetters } from '../dead-letters.ts';
import { runCli } from './run-cli.ts';

/** A command takes seconds on a machine that is busy with other tests. */
const patienceMs = 60_000;

const database = useDeadLetters();

const dead = (...args: string[]) =>
  runCli(['dead', ...args], { BEFOREHAND_POSTGRES_URL: database.url });

describe('what was typed wrongly', () => {
  it.each([
    [['dead', 'redrive'], 'say which: give keys, filters, or --all'],
    [['dead', 'drop', '--dry-run'], 'say which: give keys, filters, or --all'],
    [['dead', 'list', '--since', 'yesterday'], 'Give 90s, 30m, 2h, 7d or an ISO time'],
    [['dead', 'list', '--limit', '0'], 'Give a whole number from 1 on.'],
    [['dead', 'show', 'xyz'], 'A key is 4 or more hexadecimal digits'],
    [['dead', 'list', '--reasn', 'threw'], 'Did you mean --reason?'],
    [['ded'], "unknown command 'ded'"],
    [['dead'], 'Usage: npm run -s cli -- dead'],
  ])(
    '%j ends with 2 and says so',
    async (args, problem) => {
      const { code, stdout, stderr } = await runCli(args, {});
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain(problem);
    },
    patienceMs,
  );

  it(
    'explains itself when asked',
    async () => {
      const { code, stdout } = await runCli(['dead', 'redrive', '--help'], {});
      expect(code).toBe(0);
      expect(stdout).toContain('--dry-run');
    },
    patienceMs,
  );

  it(
    'names a key that is not there',
    async () => {
      expect(await dead('redrive', 'abcdef')).toMatchObject({
        ...{ code: 1, stdout: '', stderr: 'No dead letter has the key abcdef.\n' },
      });
    },
    patienceMs,
  );
});

describe('where the command line finds Postgres', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'beforehand-cli-'));
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  const list = () =>
    runCli(['dead', 'list'], { BEFOREHAND_POSTGRES_URL: '', BEFOREHAND_DATA_DIR: dataDir });
  const started = (name: string, postgresOperator: string) =>
    writeFileSync(join(dataDir, name), JSON.stringify({ postgresOperator }));

  it(
    'says what to do when nothing runs',
    async () => {
      const { code, stderr } = await list();
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining('Run npm start or npm run stack -- up first'),
      ]);
    },
    patienceMs,
  );

  it(
    'takes that of solo or the stack, and asks when there are both',
    async () => {
      started('solo.json', database.url);
      expect(await list()).toEqual({ code: 0, stdout: 'No dead letters.\n', stderr: '' });
      started('stack.json', database.url);
      expect(await list()).toMatchObject({ code: 1, stderr: expect.stringContaining('Say which') });
    },
    patienceMs,
  );

  it(
    'says why it is of no use, and keeps the password to itself',
    async () => {
      await rm(join(dataDir, 'stack.json'), { force: true });
      started('solo.json', 'postgres://postgres:secret@127.0.0.1:1/postgres');
      const { code, stderr } = await list();
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^Postgres at postgres:\/\/127\.0\.0\.1:1\/postgres .*: connect ECONNREFUSED/,
      );
      expect(stderr).not.toContain('secret');
      started('solo.json', database.url);
      await database.query('alter table dead_letter rename to elsewhere');
      expect((await list()).stderr).toContain('has no tables of Beforehand');
      await database.query('alter table elsewhere rename to dead_letter');
    },
    patienceMs,
  );
});
