// `npm run -s cli -- dead redrive|drop` against a real Postgres.

import { describe, expect, it } from 'vitest';
import type { UnitResult } from '../../src/domain/worker/finished-unit.ts';
import { died, letThreeDie, useDeadLetters } from '../dead-letters.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';
import { runCli } from './run-cli.ts';

/** A command takes seconds on a machine that is busy with other tests. */
const patienceMs = 60_000;

const database = useDeadLetters();

const dead = (...args: string[]) =>
  runCli(['dead', ...args], { BEFOREHAND_POSTGRES_URL: database.url });

describe('dead redrive', () => {
  it(
    'tells what it would do, and then does that and no more',
    async () => {
      await letThreeDie(database);
      await database.store.commit([finished(anEvent({ id: 'e1', data: 'other' }), content(1))]);
      const filters = ['--reason', 'threw', '--reason', 'id_reuse', '--user', 'alice'];
      const foretold = await dead('redrive', ...filters, '--dry-run');
      expect([foretold.code, foretold.stderr]).toEqual([0, '']);
      expect(foretold.stdout).toContain(
        '1 of 2 dead letters would be redriven. Nothing was changed.\n',
      );
      expect([await database.left(), await database.parked()]).toMatchObject([{ length: 4 }, []]);
      const { code, stdout, stderr } = await dead('redrive', ...filters);
      expect(code).toBe(0);
      expect(stdout).toBe(
        'Redriven 1 of 2 dead letters.\nSkipped 1 letter, id_reuse: their source and id belong to another event.\n',
      );
      expect(stderr).toMatch(/^In postgres:\/\/[^@]+ \(BEFOREHAND_POSTGRES_URL\):\n$/);
      expect(await database.left()).toEqual(['e1', 'e2', 'e3']);
      expect(await database.parked()).toEqual(['e1']);
    },
    patienceMs,
  );

  it(
    'says of a letter that nobody can read that it was left, and fails when it was named',
    async () => {
      const event = anEvent({ id: 'e1', user: null });
      const result = { ...died(), reason: 'malformed' } as UnitResult;
      await database.store.commit([{ event, unit: null, result, unitNames: [] }]);
      const [letter] = (await dead('list', '--json')).stdout.split('\n');
      const key = JSON.parse(letter as string).key.slice(0, 12);
      const stdout =
        'Redriven 0 of 1 dead letter.\nSkipped 1 letter, malformed: nobody can read them.\n';
      expect(await dead('redrive', key)).toMatchObject({ code: 1, stdout });
      expect(await dead('redrive', '--all')).toMatchObject({ code: 0, stdout });
      expect((await dead('show', key)).stdout).toContain('not possible: nobody can read them\n');
      expect(await database.left()).toEqual(['e1']);
    },
    patienceMs,
  );

  it(
    'stops between two batches when interrupted, and says how far it got',
    async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `e${index}`);
      await database.store.commit(ids.map((id) => finished(anEvent({ id }), died('threw'))));
      const { code, stdout } = await runCli(
        ['dead', 'redrive', '--all', '--rate', '2'],
        { BEFOREHAND_POSTGRES_URL: database.url },
        (child) => {
          const timer = setInterval(async () => {
            if ((await database.parked()).length < 2 || !timer.hasRef()) return;
            timer.unref();
            clearInterval(timer);
            // npm passes on what the terminal has sent already.
            child.kill('SIGINT');
            child.kill('SIGINT');
          }, 20);
        },
      );
      const done = (await database.parked()).length;
      expect(done).toBeLessThan(50);
      expect([code, stdout]).toEqual([
        1,
        `Redriven ${done} of 50 dead letters. Interrupted: the rest is as it was.\n`,
      ]);
      expect(await database.left()).toHaveLength(50 - done);
    },
    patienceMs,
  );
});

describe('dead drop', () => {
  it(
    'deletes the letter with this key',
    async () => {
      await letThreeDie(database);
      const [letter] = (await dead('list', '--json', '--user', '')).stdout.split('\n');
      const { code, stdout } = await dead('drop', JSON.parse(letter as string).key.slice(0, 12));
      expect([code, stdout]).toEqual([0, 'Dropped 1 of 1 dead letter.\n']);
      expect(await database.left()).toEqual(['e1', 'e2']);
    },
    patienceMs,
  );
});
