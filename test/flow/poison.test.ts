// One event in a hundred is poison of some kind, through a real broker, real threads and a real
// database.
//
// Goal: each of them is among the dead letters once, with its reason, nobody else is, and the
// process lives: it is the one that this test runs in.

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, inject, it } from 'vitest';
import { createThreadUnitRunner } from '../../src/outbound/thread-unit-runner.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { type Poison, poisonNames, reasons } from '../fixtures/poisons.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { linksOn, openFlow } from './open-flow.ts';
import { config } from './poison-config.ts';

const goodCount = 900;
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** The poison comes one by one, with a hundred good events before each. */
function events() {
  const poisonAt = (index: number) =>
    index % 100 === 99 ? poisonNames[(index - 99) / 100] : undefined;
  const all = Array.from({ length: goodCount }, (_, index) => {
    const [poison, acceptedAtMs] = [poisonAt(index), Date.now()];
    const type = 'thing.happened';
    const good = anEvent({ id: `good-${index}`, user: `user-${index}`, type, acceptedAtMs });
    if (poison === undefined) return [good];
    return [good, anEvent({ id: poison, user: poison, type, acceptedAtMs, data: { poison } })];
  });
  return all.flat();
}

it('charges each poison event and nobody else', { timeout: 120_000 }, async () => {
  const database = await openTestDatabase();
  cleanUps.push(database.drop);
  const broker = await openTestBroker(inject('amqpUrl'), `poison${randomBytes(4).toString('hex')}`);
  cleanUps.push(broker.close);
  const runner = await createThreadUnitRunner({
    configFile: fileURLToPath(new URL('./poison-config.ts', import.meta.url)),
    observe: () => {},
    ...{ threads: 2, unitsPerThread: 50, aloneThreads: 2, maxWaiting: 1_000 },
    startTimeoutMs: 30_000,
    // As many as a worker gives them.
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  cleanUps.push(runner.close);
  const links = { ...linksOn(broker, database.postgres), close: async () => {} };
  const flow = await openFlow(links, { config, disturb: (parts) => ({ ...parts, runner }) });
  cleanUps.push(flow.close);

  const all = events();
  for (let from = 0; from < all.length; from += 10) {
    await flow.publish(all.slice(from, from + 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const count = async (table: string) => {
    const [row] = await database.postgres.query<{ count: string }>(
      `count-${table}`,
      `select count(*)::text from ${table}`,
      [],
    );
    return Number(row?.count);
  };
  const ended = async () => [await count('outcome'), await count('parked')];
  await expect.poll(ended, { timeout: 90_000, interval: 250 }).toEqual([all.length, 0]);

  const dead = await database.postgres.query<{ poison: Poison; reason: string; attempts: number }>(
    'read-dead',
    'select user_id as poison, reason, attempts from dead_letter order by user_id',
    [],
  );
  expect(dead.map(({ poison }) => poison)).toEqual(poisonNames.toSorted());
  for (const { poison, reason, attempts } of dead) {
    expect([poison, attempts, reasons[poison].includes(reason)]).toEqual([poison, 4, true]);
  }
  expect(await count('content')).toBe(goodCount);
});
