// The whole thing for real: RabbitMQ, Postgres, Nginx and our processes on loopback.
//
// Goal: many logins of many users through POST end as each user's newest event, byte-equal in three
// regions, and `down` leaves nothing behind. Method: batches of 50 posted side by side, then every
// document read through every region's Nginx.

import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const users = Array.from({ length: 2000 }, (_, index) => `user-${index}`);
const rounds = 5;
const batchSize = 50;

const driver = createStackDriver();
let summary: ReturnType<typeof driver.summary>;

beforeAll(async () => {
  const output = await driver.command('up', '--workers', '2', '--regions', 'eu,us,ap');
  expect(output).toMatch(/^ready$/m);
  summary = driver.summary();
}, 180_000);

afterAll(async () => {
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  await driver.forget();
}, 60_000);

describe('the stack', () => {
  it('lays the newest of 10,000 logins down in three regions, byte-equal', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const logins = users.map((user) => ({ id: `${user}-${round}`, user }));
      const batches = Array.from({ length: logins.length / batchSize }, (_, index) =>
        logins.slice(index * batchSize, (index + 1) * batchSize),
      );
      // Ten at a time within a round; a round ends before the next, so that the last is the newest.
      while (batches.length > 0) {
        await Promise.all(batches.splice(0, 10).map((batch) => postLogins(summary, batch)));
      }
    }
    const regions = Object.values(summary.regions);
    expect(regions).toHaveLength(3);
    for (const user of users) {
      const newest = `"id":"${user}-${rounds - 1}"`;
      const read = () => Promise.all(regions.map((region) => readDocument(region, summary, user)));
      await expect
        .poll(async () => (await read()).every(({ body }) => body.includes(newest)), {
          timeout: 150_000,
        })
        .toBe(true);
      const documents = await read();
      expect(documents.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(new Set(documents.map(({ body }) => body)).size).toBe(1);
    }
  }, 240_000);

  it('refuses other users’ documents and whoever brings no token', async () => {
    const [region = ''] = Object.values(summary.regions);
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${region}${path}`, { headers });
    expect((await get('/v1/content/user-1')).status).toBe(401);
    expect((await get('/v1/content/me', { authorization: 'Bearer x.y.z' })).status).toBe(401);
    const mine = await readDocument(region, summary, 'user-2');
    expect(JSON.parse(mine.body)).toMatchObject({ user: 'user-2' });
    const other = await readDocument(region, summary, 'user-2', 'user-1');
    expect([other.status, JSON.parse(other.body)]).toMatchObject([403, { code: 'forbidden' }]);
    expect(other.body).not.toMatch(/stack|node_modules|\.ts\b/);
  });

  it('keeps its documents when every process of ours is restarted', async () => {
    const [region = ''] = Object.values(summary.regions);
    const before = await readDocument(region, summary, 'user-7');
    await driver.command('restart', 'replica');
    await driver.command('restart', 'worker');
    expect(await readDocument(region, summary, 'user-7')).toEqual(before);
    expect(await driver.command('status')).toMatch(/worker-2 +ready/);
  }, 120_000);

  it('leaves no process, port or folder behind when it goes down', async () => {
    const pids = Object.values(summary.pids).flat();
    expect(pids.length).toBeGreaterThan(10);
    await driver.command('down');
    // The last of them may still wait for init to take note of their end.
    await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    const urls = [summary.ingest, summary.operator, summary.amqp, summary.postgres];
    const ports = [...urls, ...Object.values(summary.regions)].map((url) =>
      Number(new URL(url).port),
    );
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    expect(readdirSync(driver.dataDir).toSorted()).toEqual([
      'credentials.json',
      'jwks.json',
      'producer-keys.json',
    ]);
  }, 60_000);
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
