// RabbitMQ's alarms under too much load: nobody waits, nothing grows, nothing accepted is lost.
//
// Goal: while a memory alarm and then a disk alarm last, every request is answered, with 202 or with
// a refusal that says when to come back; no process takes much more memory than without an alarm;
// afterwards everything accepted is in the documents of all regions. Method: producers that pay no
// heed to refusals post about twice what the workers of this machine can take, before, during and
// after each alarm. The promise is a minute of each; a few seconds are what every run can afford.
// The whole of it:
//
//   TEST_ALARM_S=60 npm test -- test/system/alarms.test.ts

import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import amqp from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopology } from '../../src/wire/topology.ts';
import { type Post, type Producers, startProducers } from './producers.ts';
import { type MemoryWatch, watchMemory } from './resident-memory.ts';
import { countRows, staleUsers, unsettledEvents } from './settled.ts';
import { createStackDriver } from './stack-driver.ts';

const alarmMs = Number(process.env.TEST_ALARM_S || 8) * 1000;
const betweenMs = Math.max(4_000, alarmMs / 6);
const drainTimeoutMs = 60_000 + 4 * alarmMs;
/** What a process may hold during an alarm, as a multiple of the most it held before. */
const maxGrowth = 2;

const driver = createStackDriver();
const { rabbitmqctl } = driver;
const { queues } = createTopology('');
let summary: ReturnType<typeof driver.summary>;
let producers: Producers;
let memory: MemoryWatch;
let steady: Map<string, number>;
/** Since then. */
const most = new Map<string, number>();

beforeAll(async () => {
  await driver.command('up', '--workers', '2', '--regions', 'eu,us,ap');
  summary = driver.summary();
  memory = watchMemory(await driver.pids());
  producers = startProducers({
    ...{ ingests: summary.ingests, producerKey: summary.producerKey },
    ...{ count: 64, batch: 8, eventsPerS: 2_400, patienceMs: 10_000 },
  });
  await sleep(betweenMs);
  steady = memory.take();
}, 180_000);

afterAll(async () => {
  await producers?.stop();
  memory?.stop();
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  await driver.forget();
}, 90_000);

/** With the first limit it begins, with the second it ends. */
const alarms = [
  { name: 'memory', set: 'vm_memory_monitor:set_vm_memory_high_watermark', limits: [0.0001, 0.4] },
  { name: 'disk', set: 'rabbit_disk_monitor:set_disk_free_limit', limits: [9e14, 256e6] },
];

async function waitingEvents(): Promise<number> {
  const connection = await amqp.connect(summary.amqp);
  const channel = await connection.createChannel();
  const { interactive, bulk } = queues.prepare;
  const counts = await Promise.all([interactive, bulk].map((queue) => channel.checkQueue(queue)));
  await connection.close();
  return counts.reduce((sum, { messageCount }) => sum + messageCount, 0);
}

function report(name: string, posts: readonly Post[]): void {
  const byStatus = new Map<number, number>();
  for (const { status } of posts) byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  const slowest = Math.max(...posts.map(({ tookMs }) => tookMs));
  const now = memory.take();
  const grown = [...now].map(([process, bytes]) => {
    most.set(process, Math.max(bytes, most.get(process) ?? 0));
    return `${process} ${mib(steady.get(process) ?? 0)} → ${mib(bytes)}`;
  });
  console.log(
    `${name}: answers ${JSON.stringify([...byStatus])}, slowest ${Math.round(slowest)} ms\n  MiB: ${grown.join(', ')}`,
  );
}

const mib = (bytes: number) => Math.round(bytes / 1024 ** 2);

describe.each(alarms)('while RabbitMQ has a $name alarm', ({ name, set, limits }) => {
  it(
    'each request is answered, and told when to come back if it is refused',
    async () => {
      const [low, normal] = limits;
      const first = producers.posts.length;
      // In one command: each takes rabbitmqctl seconds to start on a machine this busy.
      await rabbitmqctl('eval', `${set}(${low}), timer:sleep(${alarmMs}), ${set}(${normal}).`);
      const last = producers.posts.length;
      await sleep(betweenMs);
      const during = producers.posts.slice(first, last);
      report(`${name} alarm`, during);
      report(`after the ${name} alarm`, producers.posts.slice(last));
      const wrong = producers.posts.filter(
        ({ status, retryAfter }) => status !== 202 && (status !== 503 || retryAfter === null),
      );
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(during.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
      expect(producers.posts.at(-1)).toMatchObject({ status: 202 });
    },
    120_000 + 2 * alarmMs,
  );
});

describe('after the alarms', () => {
  it(
    'all that was accepted is in the documents of every region',
    async () => {
      await producers.stop();
      const stoppedAtMs = performance.now();
      const patience = { timeout: drainTimeoutMs, interval: 500 };
      await expect.poll(waitingEvents, patience).toBe(0);
      await expect.poll(() => countRows(summary, 'unsent'), patience).toBe(0);
      await expect.poll(() => unsettledEvents(summary, producers.users), patience).toEqual([]);
      await expect.poll(() => staleUsers(summary, producers.users), patience).toEqual([]);
      report(`drained after ${Math.round(performance.now() - stoppedAtMs)} ms`, producers.posts);
      expect(await countRows(summary, 'dead_letter')).toBe(0);
      expect(driver.summary().pids).toEqual(summary.pids);
      // Rejects unless everything is ready.
      await driver.command('status');
    },
    4 * drainTimeoutMs,
  );

  it('no process has taken much more memory than before', () => {
    const grown = [...most].filter(([name, bytes]) => {
      const before = steady.get(name);
      return before !== undefined && bytes > maxGrowth * before;
    });
    expect(grown.map(([name, bytes]) => `${name}: ${mib(bytes)} MiB`)).toEqual([]);
  });
});
