// Reads need nobody: what Nginx serves when everything behind it is dead.
//
// Goal: with every Node process, RabbitMQ and Postgres killed, each positioned document is served as
// before, whoever has none is shown what is for everyone, and nobody sees a 5xx or somebody else's
// content. Method: a region of two units behind a balancer, kill -9, then many reads side by side.

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStackDriver, postLogins, readDocument } from './stack-driver.ts';

const users = Array.from({ length: 300 }, (_, index) => `user-${index}`);
const rounds = 20;

const driver = createStackDriver();
let summary: ReturnType<typeof driver.summary>;
let region = '';
const known = new Map<string, string>();

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
  const { nginx: _, supervisor: __, ...pids } = summary.pids;
  for (const pid of Object.values(pids).flat()) process.kill(pid, 'SIGKILL');
}, 180_000);

afterAll(async () => {
  if (existsSync(`${driver.dataDir}/stack.json`)) await driver.command('down');
  driver.forget();
}, 60_000);

/** Rejects while the login of the user has not come through. */
async function readPersonal(user: string): Promise<string> {
  const { body } = await readDocument(region, summary, user);
  if (!body.includes(`"id":"login-of-${user}"`)) throw new Error(`Not yet: ${body}`);
  return body;
}

describe('Nginx alone', () => {
  it('serves every positioned document as it was', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const answers = await Promise.all(users.map((user) => readDocument(region, summary, user)));
      expect(answers).toEqual(users.map((user) => ({ status: 200, body: known.get(user) })));
    }
  }, 120_000);

  it('shows generic content, pending, to whoever has none of their own', async () => {
    const { status, body } = await readDocument(region, summary, 'stranger');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ slots: { offers: { state: 'pending' } } });
  });

  it('still refuses other users’ documents and whoever brings no token', async () => {
    const other = await readDocument(region, summary, 'user-2', 'user-1');
    expect([other.status, JSON.parse(other.body)]).toMatchObject([403, { code: 'forbidden' }]);
    const nobody = await fetch(`${region}/v1/content/user-1`);
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { code: 'unauthorized' }]);
  });
});
