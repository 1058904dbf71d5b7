// An event whose author's code kills the worker process, again and again.
//
// Goal: it is given up, and none of the events that wait beside it in the same worker is, although
// the broker counts each death against all of them. Method: a real worker process, started anew
// whenever it died.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, inject, it } from 'vitest';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { linksOn } from './open-flow.ts';

const lethalWorker = fileURLToPath(new URL('./lethal-worker.ts', import.meta.url));
const neighbors = Array.from({ length: 60 }, (_, index) => `neighbor-${index}`);

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Counts deaths of workers, each of which is followed by the next worker. */
function keepWorker(args: readonly string[]) {
  let [deaths, isOver] = [0, false];
  let child: ChildProcess | undefined;
  const ended = (async () => {
    while (!isOver) {
      child = spawn(process.execPath, ['--import', 'tsx', lethalWorker, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await once(child, 'exit');
      if (!isOver) deaths += 1;
    }
  })();
  return {
    deaths: () => deaths,
    async stop() {
      isOver = true;
      child?.kill('SIGKILL');
      await ended;
    },
  };
}

it('is given up after some deaths, and its neighbors are stored', {
  timeout: 150_000,
}, async () => {
  const namespace = `lethal${randomBytes(4).toString('hex')}`;
  const database = await openTestDatabase();
  cleanUps.push(database.drop);
  const broker = await openTestBroker(inject('amqpUrl'), namespace);
  cleanUps.push(broker.close);
  const ids = neighbors.toSpliced(5, 0, 'lethal');
  const { publisher } = linksOn(broker, database.postgres);
  await publisher.publish(ids.map((id) => anEvent({ id, user: id })));

  const worker = keepWorker([inject('amqpUrl'), namespace, database.url]);
  cleanUps.push(worker.stop);
  const read = async (name: string, text: string) => {
    const rows = await database.postgres.query<{ row: string }>(name, text, []);
    return rows.map(({ row }) => row);
  };
  const dead = () => read('dead', `select user_id || ' ' || reason as row from dead_letter`);
  const stored = () => read('stored', 'select user_id as row from content order by 1');
  await expect
    .poll(async () => [(await stored()).length, await dead()], { timeout: 120_000, interval: 250 })
    .toEqual([neighbors.length, ['lethal crashed']]);
  expect(await stored()).toEqual(neighbors.toSorted());
  expect(worker.deaths()).toBeLessThanOrEqual(8);
});
