// Reads need nobody: what Nginx serves when everything behind it is dead.
//
// Goal: with every Node process, RabbitMQ and Postgres killed, each positioned document is served as
// before, whoever has none is shown what is for everyone, and nobody sees a 5xx or somebody else's
// content. Method: a region of two units behind a balancer, kill -9, then load from 64 connections,
// every body compared. The promise is half a minute of it; a few seconds are what every run can
// afford. The whole of it:
//
//   TEST_DARK_EDGE_S=30 npm test -- test/system/dark-edge.test.ts

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signToken } from '../../src/main/sign-token.ts';
import { type Connections, keepConnections } from '../flow/kept-connections.ts';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const loadS = Number(process.env.TEST_DARK_EDGE_S || 5);
const connectionCount = 64;
/** One read in so many is of somebody who has no position; prime, so that all of them get their turn. */
const strangerEvery = 11;
const maxShown = 20;

const users = Array.from({ length: 300 }, (_, index) => `user-${index}`);
const strangers = Array.from({ length: 30 }, (_, index) => `stranger-${index}`);

const driver = createStackDriver();
let summary: ReturnType<typeof driver.summary>;
let region = '';
/** What Nginx alone must answer, by user. */
const known = new Map<string, string>();
const tokens = new Map<string, string>();

beforeAll(async () => {
  await driver.command('up', '--workers', '1', '--regions', 'eu', '--replicas', '2');
  summary = driver.summary();
  [region = ''] = Object.values(summary.regions);
  await postLogins(
    summary,
    users.map((user) => ({ id: `login-of-${user}`, user })),
  );
  for (const user of users) {
    const body = await vi.waitFor(() => readPersonal(user), { timeout: 30_000, interval: 50 });
    known.set(user, body);
  }
  for (const user of [...users, ...strangers]) {
    tokens.set(user, await signToken(summary, { user, ttlS: 600 + loadS }));
  }
  const { nginx: _, supervisor: __, ...pids } = summary.pids;
  for (const pid of Object.values(pids).flat()) process.kill(pid, 'SIGKILL');
  await driver.killContainers();
}, 180_000);

afterAll(async () => {
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  await driver.forget();
}, 60_000);

/** Rejects while the login of the user has not come through. */
async function readPersonal(user: string): Promise<string> {
  const { body } = await readDocument(region, summary, user);
  if (!body.includes(`"id":"login-of-${user}"`)) throw new Error(`Not yet: ${body}`);
  return body;
}

/** What is wrong with one answer; `null`: nothing. */
async function readOnce(connections: Connections, user: string): Promise<string | null> {
  const headers = { authorization: `Bearer ${tokens.get(user)}` };
  try {
    const { status, body } = await connections.ask({ path: '/v1/content/me', headers });
    if (status === 200 && body.toString() === known.get(user)) return null;
    return `${user}: ${status} ${body}`;
  } catch (error) {
    return `${user}: ${(error as Error).message}`;
  }
}

describe('Nginx alone', () => {
  it('shows generic content, pending, to whoever has none of their own', async () => {
    for (const user of strangers) {
      const { status, body } = await readDocument(region, summary, user);
      expect([status, JSON.parse(body)]).toMatchObject([
        200,
        { slots: { offers: { state: 'pending' } } },
      ]);
      known.set(user, body);
    }
    // The same to everybody: nothing in it is anybody's.
    expect(new Set(strangers.map((user) => known.get(user))).size).toBe(1);
  });

  it(
    `answers each of many reads side by side with 200 and the right body, for ${loadS} s`,
    async () => {
      const connections = keepConnections(new URL(region), connectionCount);
      const endsAtMs = performance.now() + loadS * 1000;
      /** The first of them, in full. */
      const wrong: string[] = [];
      let wrongCount = 0;
      let reads = 0;
      const load = Array.from({ length: connectionCount }, async () => {
        while (performance.now() < endsAtMs) {
          const some = reads % strangerEvery === 0 ? strangers : users;
          const user = some[reads % some.length] as string;
          reads += 1;
          const problem = await readOnce(connections, user);
          if (problem === null) continue;
          wrongCount += 1;
          if (wrong.length < maxShown) wrong.push(problem);
        }
      });
      await Promise.all(load);
      connections.close();
      console.log(`Read ${reads} documents in ${loadS} s, ${wrongCount} of them wrong.`);
      expect(wrong).toEqual([]);
      expect(reads).toBeGreaterThan(users.length);
    },
    120_000 + loadS * 1000,
  );

  it('still refuses other users’ documents and whoever brings no token', async () => {
    const other = await readDocument(region, summary, 'user-2', 'user-1');
    expect([other.status, JSON.parse(other.body)]).toMatchObject([403, { code: 'forbidden' }]);
    const nobody = await fetch(`${region}/v1/content/user-1`);
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { code: 'unauthorized' }]);
  });
});
