// One process after the other is restarted under load, and readers notice nothing.
//
// Goal: while every process of a stack is restarted in turn, with two replicas in a region, no reader
// is answered 5xx or refused, and everything accepted is in the documents afterwards. Producers may be
// refused while their ingest, or the RabbitMQ behind it, is away: they go on to the other or try again.
// Method: producers post and readers read through the region's door all the while, each answer noted.
// The promise is three rounds, of which every run can afford one. All of them:
//
//   TEST_RESTART_ROUNDS=3 npm test -- test/system/rolling-restart.test.ts

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { type Post, type Producers, startProducers } from './producers.ts';
import { type Readers, startReaders } from './readers.ts';
import { countRows, staleUsers, unsettledEvents } from './settled.ts';
import { createStackDriver } from './stack-driver.ts';

const rounds = Number(process.env.TEST_RESTART_ROUNDS || 1);

/** Each is one process, or the two that make one server. */
const members = [
  ...['ingest-1', 'ingest-2', 'worker-1', 'worker-2', 'operator'],
  ...['replica-eu-1', 'replica-eu-2', 'nginx-eu-1', 'nginx-eu-2', 'nginx-eu'],
  ...['rabbitmq', 'postgres'],
];

// As an operator would have it: whoever has a connection is told to leave it before it is closed.
const driver = createStackDriver({ BEFOREHAND_INGEST_DRAIN_MS: '500' });
let summary: ReturnType<typeof driver.summary>;
let producers: Producers;
let readers: Readers;
const windows: { member: string; fromMs: number; toMs: number }[] = [];

beforeAll(async () => {
  const size = ['--workers', '2', '--ingests', '2', '--regions', 'eu', '--replicas', '2'];
  await driver.command('up', ...size);
  summary = driver.summary();
  producers = startProducers({
    ...{ ingests: summary.ingests, producerKey: summary.producerKey },
    ...{ count: 8, batch: 8, eventsPerS: 100, patienceMs: 10_000 },
  });
  await vi.waitFor(() => expect(producers.posts.length).toBeGreaterThan(8), { timeout: 30_000 });
  const tokens = new Map<string, string>();
  for (const user of producers.users.keys()) {
    tokens.set(user, await signToken(summary, { user, ttlS: 3_600 }));
  }
  readers = startReaders({ door: summary.regions.eu as string, tokens, count: 4 });
}, 300_000);

afterAll(async () => {
  await Promise.all([producers?.stop(), readers?.stop()]);
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  await driver.forget();
}, 90_000);

/** What was being restarted; several are named by the last. */
function restartedAt(atMs: number): string {
  return windows.findLast(({ fromMs }) => fromMs <= atMs)?.member ?? 'nothing';
}

/** Refusals that a restart explains: of an ingest, or of the broker that it needs. */
function isExplained({ status, retryAfter, startedAtMs }: Post): boolean {
  if (status === 202) return true;
  const around = windows.filter(
    ({ fromMs, toMs }) => fromMs <= startedAtMs + 5_000 && startedAtMs <= toMs + 5_000,
  );
  const isAway = (kind: string) => around.some(({ member }) => member.startsWith(kind));
  if (status === 503) return retryAfter !== null && (isAway('rabbitmq') || isAway('ingest'));
  return status === 0 && isAway('ingest');
}

function report(): void {
  const refused = new Map<string, number>();
  for (const { status, startedAtMs } of producers.posts) {
    const name = status === 202 ? '202' : `${status} at ${restartedAt(startedAtMs)}`;
    refused.set(name, (refused.get(name) ?? 0) + 1);
  }
  const took = windows.map(({ member, fromMs, toMs }) => `${member} ${Math.round(toMs - fromMs)}`);
  console.log(
    `Reads: ${readers.reads}, of which repeated: ${readers.repeated}, wrong: ${readers.troubles.length}. Posts: ${JSON.stringify([...refused])}. Restarts, in ms: ${took.join(', ')}.`,
  );
}

describe('a rolling restart', () => {
  it(
    'of every process shows no reader an error and refuses none',
    async () => {
      for (let round = 0; round < rounds; round += 1) {
        for (const member of members) {
          const window = { member, fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY };
          windows.push(window);
          await driver.command('restart', member);
          window.toMs = performance.now();
        }
      }
      report();
      const troubles = readers.troubles.map(({ atMs, what }) => `${restartedAt(atMs)}: ${what}`);
      expect(troubles.slice(0, 20)).toEqual([]);
      expect(readers.reads).toBeGreaterThan(1_000);
    },
    rounds * 300_000,
  );

  it('refuses producers only while an ingest or the broker is away', () => {
    expect(producers.posts.filter((post) => !isExplained(post)).slice(0, 5)).toEqual([]);
  });

  it('loses nothing that was accepted', async () => {
    await producers.stop();
    // What a worker had claimed when it lost Postgres is claimed again once the lease ends: 60 s.
    const patience = { timeout: 120_000, interval: 500 };
    await expect.poll(() => countRows(summary, 'unsent'), patience).toBe(0);
    await expect.poll(() => unsettledEvents(summary, producers.users), patience).toEqual([]);
    await expect.poll(() => staleUsers(summary, producers.users), patience).toEqual([]);
    expect(await countRows(summary, 'dead_letter')).toBe(0);
    // Who was restarted last may still be catching up.
    const allIsReady = () =>
      driver.command('status').then(
        () => true,
        () => false,
      );
    await expect.poll(allIsReady, patience).toBe(true);
  }, 400_000);
});
