// One event reaches a thousand users, also when its worker dies in between or the broker is away.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import type { Postgres } from '../../src/outbound/postgres-pool.ts';
import { createThreadUnitRunner } from '../../src/outbound/thread-unit-runner.ts';
import { digestOf } from '../../src/wire/digest.ts';
import { ticketOf } from '../../src/wire/ticket.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { config } from './follow-up-config.ts';
import { linksOn, memoryLinks, openFlow } from './open-flow.ts';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const followers = 1_000;
const users = Array.from({ length: followers }, (_, index) => `follower${index}`);
const data = { isbn: '978-0-14-118280-3', followers };
const posted = anEvent({
  ...{ id: 'e1', type: 'book.posted', user: 'joyce', data },
  digest: digestOf('book.posted', data),
  ticket: ticketOf('/test', 'e1'),
});
const ticketFor = (index: number) => ticketOf('/test', `e1#announce#${index}`);

async function openServers(amqpUrl = inject('amqpUrl')) {
  const namespace = `follow-ups-${Date.now()}`;
  const database = await openTestDatabase();
  cleanUps.push(database.drop);
  const broker = await openTestBroker(amqpUrl, namespace);
  cleanUps.push(broker.close);
  const links = { ...linksOn(broker, database.postgres), close: async () => {} };
  return { namespace, database, links };
}

/** Everything of the fan-out as Postgres has it: each follow-up once, and nothing left over. */
async function tally(postgres: Postgres) {
  const [row] = await postgres.query(
    'test-tally',
    `select (select count(*) from outcome where name = 'news' and outcome = 'stored') as news,
       (select count(*) from content where slot = 'news') as contents,
       (select count(*) from follow_up) as waiting,
       (select count(*) from parked) as parked,
       (select count(*) from dead_letter) as dead`,
    [],
  );
  return row;
}

const allDone = { news: followers, contents: followers, waiting: 0, parked: 0, dead: 0 };
const patient = { timeout: 60_000, interval: 100 };

describe('follow-up events', { timeout: 120_000 }, () => {
  it('reach a thousand users, with RabbitMQ, Postgres and threads, each once', async () => {
    const { database, links } = await openServers();
    const runner = await createThreadUnitRunner({
      ...{ configFile: pathOf('./follow-up-config.ts'), observe: () => {} },
      ...{ threads: 1, unitsPerThread: 50, aloneThreads: 1, maxWaiting: 10_000 },
      startTimeoutMs: 30_000,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    cleanUps.push(runner.close);
    const disturb = (parts: WorkerParts) => ({ ...parts, runner });
    // However slow the machine: nobody but the worker itself publishes them.
    const env = { BEFOREHAND_FAN_OUT_PATIENCE_MS: '100000' };
    const flow = await openFlow(links, { config, env, disturb });
    await flow.publish([posted]);
    await expect.poll(() => tally(database.postgres), patient).toEqual(allDone);
    const untold = () => users.filter((_, index) => !flow.outcomesOf(ticketFor(index)).length);
    await expect.poll(untold, patient).toEqual([]);
    for (const [index, user] of users.entries()) {
      expect(flow.outcomesOf(ticketFor(index))).toEqual(['stored']);
      expect(flow.documentOf(user)?.slots[0]).toMatchObject({
        ...{ stamp: posted.stamp, contentJson: JSON.stringify(data.isbn) },
        event: { source: '/test', id: `e1#announce#${index}`, type: 'book.announced' },
      });
    }
    await flow.close();
  });

  it('reach them in one process, too', async () => {
    const flow = await openFlow(await memoryLinks(), { config });
    await flow.publish([posted]);
    await expect
      .poll(() => users.filter((user) => flow.documentOf(user) === undefined), patient)
      .toEqual([]);
    expect(await flow.store.claimFollowUps({ max: 1, leaseMs: 0 })).toEqual([]);
    await flow.close();
  });

  it.each(['before_publish', 'before_removal'])(
    'are neither lost nor there twice when their worker is killed %s',
    async (point) => {
      const { namespace, database, links } = await openServers();
      const flow = await openFlow(links, { config, workers: 0 });
      const servers = [inject('amqpUrl'), namespace, database.url];
      const args = ['--import', 'tsx', pathOf('./dying-reporter.ts'), point, ...servers];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      cleanUps.push(async () => child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      await flow.publish([posted]);
      const [, signal] = await once(child, 'exit');
      expect(signal).toBe('SIGKILL');
      // What it has published it may have begun to work on.
      expect(await tally(database.postgres)).toMatchObject({ waiting: followers });

      const rescue = await openFlow(
        { ...links, feed: { ...links.feed, follow: async () => ({ stop: async () => {} }) } },
        { config },
      );
      await expect.poll(() => tally(database.postgres), patient).toEqual(allDone);
      await expect
        .poll(() => users.filter((user) => flow.documentOf(user) === undefined), patient)
        .toEqual([]);
      await rescue.close();
      await flow.close();
    },
  );

  it('are published later when the broker is away at their time', async () => {
    const proxy = await startTcpProxy(inject('amqpUrl'));
    cleanUps.push(proxy.close);
    const { database, links } = await openServers(proxy.url);
    const cutAtFirst = (parts: WorkerParts): WorkerParts => ({
      ...parts,
      publisher: {
        async publish(events) {
          if (cuts === 0) proxy.cut();
          cuts += 1;
          await parts.publisher.publish(events);
        },
      },
    });
    let cuts = 0;
    const env = { BEFOREHAND_FAN_OUT_PATIENCE_MS: '100' };
    const flow = await openFlow(links, { config, env, disturb: cutAtFirst });
    await flow.publish([posted]);
    await expect
      .poll(() => tally(database.postgres), patient)
      .toMatchObject({ news: 0, waiting: followers });
    proxy.mend();
    await expect.poll(() => tally(database.postgres), patient).toEqual(allDone);
    expect(cuts).toBeGreaterThan(1);
    await flow.close();
  });
});
