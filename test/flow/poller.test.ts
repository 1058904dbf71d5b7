// A reader who polls their document through Nginx while it changes under them.
//
// Goal: no version falls, no body is torn or somebody else's, and no 304 is wrong, whatever happens
// to positions meanwhile. Method: 200 updates a second for 500 users through RabbitMQ into a real
// replica behind a real Nginx, and one reader over kept connections who asks as fast as it is
// answered, with and without validators; each answer is judged by what came before it.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { bearer, sign } from '../nginx/client-tokens.ts';
import { keepConnections } from './kept-connections.ts';
import { readBody } from './poller-content.ts';
import type { Moment } from './poller-death.ts';
import { startReader } from './poller-reader.ts';
import { instance, openUnit, type PolledUnit, type ReplicaProcess } from './poller-unit.ts';
import { openUpdates, polledUser, type Updates, users } from './poller-updates.ts';

/** Eight seconds of them. */
const fewestUpdates = 1_600;
const timeoutMs = 240_000;

type Headers = { readonly [name: string]: string };
/** By user. */
const headersOf = new Map<string, Headers>(
  await Promise.all(
    users.map(
      async (user): Promise<[string, Headers]> => [user, bearer(await sign({ sub: user }))],
    ),
  ),
);
const path = '/v1/content/me';

/** The last one leaves a whole bundle stored, and not laid down. */
const deaths = ['before_ack', 'after_rename', 'before_rename', 'after_transaction'] as const;

let namespace: BrokerNamespace;
let updates: Updates;
let unit: PolledUnit;
beforeEach(async () => {
  namespace = await openBrokerNamespace([instance]);
  updates = await openUpdates(namespace.open());
});
afterEach(async () => {
  await unit.stop();
  await namespace.drop();
});

type Given = {
  /** Settings of the replica. */
  env?: { readonly [name: string]: string };
  /** Of the first replica, once it is told to die. */
  firstDeath?: Moment;
  hasNews?: boolean;
  /** Happens while updates arrive. They go on until it has ended; `isOver`: enough of them did. */
  disturb?: (given: { replica: ReplicaProcess; isOver: () => boolean }) => Promise<void>;
  /** Happens when the last one was sent, and while the reader still reads. */
  afterwards?: () => Promise<void>;
};

/** Fails when an answer was wrong, or when the last word of Nginx is not the newest. */
async function pollWhile(given: Given): Promise<void> {
  const { env = {}, firstDeath, hasNews = false, disturb, afterwards } = given;
  unit = await openUnit(namespace, env);
  const replica = unit.startReplica(firstDeath);
  await replica.isReady();
  const headers = headersOf.get(polledUser) as Headers;
  const reader = startReader({ url: unit.url, user: polledUser, headers });
  let sent = 0;
  let isDisturbed = disturb !== undefined;
  const isOver = () => sent >= fewestUpdates;
  const disturbance = disturb?.({ replica, isOver }).finally(() => {
    isDisturbed = false;
  });
  const isEnough = (count: number) => {
    sent = count;
    return isOver() && !isDisturbed;
  };
  await Promise.all([updates.send({ hasNews, isEnough }), disturbance]);
  await afterwards?.();
  await expect.poll(usersBehind, { timeout: 60_000 }).toEqual([]);
  await reader.stop();
  expect(reader.witness.violations()).toEqual([]);
  // Each kind of question was answered often enough to mean something.
  const {
    'GET 200': shown = 0,
    'GET 304': unchanged = 0,
    'HEAD 200': heads = 0,
  } = reader.witness.counts();
  expect(Math.min(shown, unchanged, heads)).toBeGreaterThan(100);
  expect(reader.witness.tags().length).toBeGreaterThan(5);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Whom Nginx does not serve the newest there is. */
async function usersBehind(): Promise<string[]> {
  const connections = keepConnections(unit.url, 8);
  const edition = updates.edition();
  const asked = users.map(async (user) => {
    const headers = headersOf.get(user) as Headers;
    const { status, body } = await connections.ask({ path, headers });
    expect(status).toBe(200);
    const shown = readBody(body, user);
    const isNewest = shown.version === updates.newest.get(user)?.version;
    return isNewest && shown.edition === edition ? [] : [user];
  });
  const behind = (await Promise.all(asked)).flat();
  connections.close();
  return behind;
}

it('sees every version rise, whole, while documents change', () => pollWhile({}), timeoutMs);

it(
  'the same while positions are evicted',
  async () => {
    let timesGone = 0;
    await pollWhile({
      // Fewer than the updates between two of this user: each of them is gone before the next.
      env: { BEFOREHAND_MAX_POSITIONS: '5' },
      async disturb({ isOver }) {
        while (!isOver()) {
          if (!unit.isPositioned(polledUser)) timesGone += 1;
          await pause();
        }
      },
    });
    expect(timesGone).toBeGreaterThan(10);
  },
  timeoutMs,
);

it(
  'the same while generic content changes each second',
  async () => {
    await pollWhile({ hasNews: true });
    expect(updates.edition()).toBeGreaterThanOrEqual(8);
  },
  timeoutMs,
);

it(
  'the same while the replica is killed, and started again, at every moment of its work',
  async () => {
    let living: ReplicaProcess;
    await pollWhile({
      firstDeath: deaths[0],
      async disturb({ replica, isOver }) {
        living = replica;
        for (const next of deaths.slice(1)) {
          await living.dies();
          living = unit.startReplica(next);
          await living.isReady();
        }
        while (!isOver()) await pause();
        await living.dies();
      },
      // Nothing is sent any more: what it had stored, and not laid down, it must find by itself.
      afterwards: () => unit.startReplica().isReady(),
    });
  },
  timeoutMs,
);
