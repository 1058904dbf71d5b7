// `npm run -s cli -- dead list|summary|show` against a real Postgres.

import { describe, expect, it } from 'vitest';
import { died, letThreeDie, useDeadLetters } from '../dead-letters.ts';
import { anEvent, finished } from '../fixtures/events.ts';
import { runCli } from './run-cli.ts';

/** A command takes seconds on a machine that is busy with other tests. */
const patienceMs = 60_000;

const database = useDeadLetters();

const dead = (...args: string[]) =>
  runCli(['dead', ...args], { BEFOREHAND_POSTGRES_URL: database.url });

describe('dead list', () => {
  it(
    'shows a row for each letter, and nothing that steers a terminal',
    async () => {
      await letThreeDie(database);
      const { code, stdout, stderr } = await dead('list');
      expect([code, stderr]).toEqual([0, '']);
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^KEY {11}DIED {18}REASON {4}NAME/);
      expect(lines).toHaveLength(4);
      expect(stdout).toMatch(
        /\n[0-9a-f]{12} {2}\S+Z {2}threw .* alice .* Error: no ⏎ \\u\{1b\}\[31mprice\n/,
      );
      expect(stdout).toContain('(everyone)');
      expect(stdout).not.toContain('\u001b');
    },
    patienceMs,
  );

  it(
    'gives scripts one JSON object a line, and says how many more there are',
    async () => {
      await letThreeDie(database);
      const { code, stdout, stderr } = await dead(
        'list',
        '--json',
        '--reason',
        'threw',
        '--limit',
        '1',
      );
      expect([code, stderr]).toEqual([0, '1 more: --limit shows them, dead summary counts.\n']);
      const [letter] = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(letter).toMatchObject({
        ...{ key: expect.stringMatching(/^[0-9a-f]{64}$/), reason: 'threw', attempts: 4 },
        ...{ verdict: 'redrivable', event: { source: '/test', data: { of: expect.any(String) } } },
      });
    },
    patienceMs,
  );

  it(
    'ends quietly when its reader does',
    async () => {
      const ids = Array.from({ length: 2_000 }, (_, index) => `e${index}`);
      await database.store.commit(
        ids.map((id) => finished(anEvent({ id, data: 'x'.repeat(1_000) }), died('threw'))),
      );
      const args = ['dead', 'list', '--json', '--limit', '2000'];
      const { code, stdout, stderr } = await runCli(
        args,
        { BEFOREHAND_POSTGRES_URL: database.url },
        (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout.length).toBeLessThan(1_000_000);
    },
    patienceMs,
  );

  it(
    'says that there are none, and counts by reason and name',
    async () => {
      expect(await dead('list')).toEqual({ code: 0, stdout: 'No dead letters.\n', stderr: '' });
      await letThreeDie(database);
      const { stdout } = await dead('summary', '--since', '1h');
      expect(stdout).toMatch(/\n1 +deadline +books +\S+Z +\S+Z +yes\n2 |\n2 +threw +offers/);
      expect(stdout).toContain('3 dead letters.\n');
      for (const command of ['summary', 'list', 'drop'])
        expect((await dead(command, '--until', '1h')).stdout).toBe('No dead letter fits.\n');
    },
    patienceMs,
  );
});

describe('dead show', () => {
  it(
    'tells everything about the letter whose key begins like this',
    async () => {
      await letThreeDie(database);
      const [letter] = (await dead('list', '--json', '--name', 'books')).stdout.split('\n');
      const { key } = JSON.parse(letter as string);
      const { code, stdout } = await dead('show', key.slice(0, 12).toUpperCase());
      expect(code).toBe(0);
      for (const text of [
        key,
        'deadline',
        'bob',
        '"of": "e2"',
        'ticket-e2',
        `dead redrive ${key.slice(0, 12)}`,
      ]) {
        expect(stdout).toContain(text);
      }
      expect(JSON.parse((await dead('show', key, '--json')).stdout)).toEqual(
        JSON.parse(letter as string),
      );
    },
    patienceMs,
  );

  it(
    'says which keys begin like this when there are several',
    async () => {
      // Of 2,000 letters some begin with the same four digits, as certainly as anything.
      const ids = Array.from({ length: 2_000 }, (_, index) => `e${index}`);
      await database.store.commit(ids.map((id) => finished(anEvent({ id }), died('threw'))));
      const { stdout: all } = await dead('list', '--json', '--limit', '2000');
      const starts = all
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).key.slice(0, 4));
      const twice = starts.find((start, index) => starts.indexOf(start) < index);
      const { code, stdout, stderr } = await dead('show', twice);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`keys begin with ${twice}; type more of one:\n  ${twice}`);
    },
    patienceMs,
  );
});
