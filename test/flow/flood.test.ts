// A flood of users nobody has ever heard of, with good tokens, through everything that is real.
//
// Goal: it costs the workers no more than the rate, leaves no file behind, and reaches nobody whose
// document is positioned. Method: what is positioned is written over by hand, so that a read tells
// whether the file was served.

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contentRequested, defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import { positionPathOf } from '../../src/outbound/file-position-path.ts';
import { bearer, sign } from '../nginx/client-tokens.ts';
import { type Connections, keepConnections } from './kept-connections.ts';
import { openRegion, type TestRegion } from './open-region.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const coldRatePerS = 5;
const strangerCount = 300;
const known = Array.from({ length: 20 }, (_, index) => `known-${index}`);

/** Users whom a worker was asked about. */
const asked: string[] = [];

const config = defineConfig({
  regions: ['eu'],
  events: [login],
  slots: { offers: { generic: 'for everyone' } },
  generators: [
    defineGenerator({
      ...{ name: 'offers-at-login', slot: 'offers', on: [login] },
      generate: () => ({ content: 'personal' }),
    }),
    defineGenerator({
      ...{ name: 'offers-at-read', slot: 'offers', on: [contentRequested] },
      generate({ event }) {
        asked.push(event.user);
        return null;
      },
    }),
  ],
  reactions: [],
});

let region: TestRegion;
let connections: Connections;
beforeAll(async () => {
  region = await openRegion(config, { BEFOREHAND_COLD_RATE: String(coldRatePerS) });
  connections = keepConnections(region.url, 20);
});
afterAll(async () => {
  connections.close();
  await region.stop();
});

async function read(user: string) {
  const headers = bearer(await sign({ sub: user }));
  const { status, body } = await connections.ask({ path: '/v1/content/me', headers });
  return { user, status, text: body.toString() };
}

function files(): string[] {
  const users = join(region.positionsDir, 'users');
  return readdirSync(users).flatMap((shard) =>
    readdirSync(join(users, shard)).map((name) => `${shard}/${name}`),
  );
}

const handwritten = (user: string) => JSON.stringify({ user, from: 'the file' });

it('is bounded where it costs something, and nobody else notices it', async () => {
  for (const user of known) await region.post({ type: 'user.login', user, id: user });
  await expect.poll(files).toHaveLength(known.length);
  for (const user of known) {
    writeFileSync(join(region.positionsDir, 'users', positionPathOf(user)), handwritten(user));
  }
  const before = files().sort();

  const beganMs = Date.now();
  const strangers = Array.from({ length: strangerCount }, (_, index) => `stranger-${index}`);
  const [ofStrangers, ofKnown] = await Promise.all([
    Promise.all(strangers.map(read)),
    Promise.all([...known, ...known, ...known].map(read)),
  ]);
  // Requests keep their order: once this one has come through, so have those before it.
  await expect
    .poll(async () => [(await read('last')).status, asked.includes('last')])
    .toEqual([200, true]);
  const tookS = (Date.now() - beganMs) / 1_000;

  expect(asked.length).toBeLessThanOrEqual(coldRatePerS + coldRatePerS * tookS);
  expect(asked.length).toBeGreaterThanOrEqual(coldRatePerS);
  expect(new Set(asked).size).toBe(asked.length);
  for (const { user, status, text } of ofStrangers) {
    expect([status, JSON.parse(text)]).toMatchObject([200, { user, version: 0 }]);
    expect(JSON.parse(text).slots.offers.content).toBe('for everyone');
  }
  for (const { user, status, text } of ofKnown) {
    expect([status, text]).toEqual([200, handwritten(user)]);
  }
  expect(files().sort()).toEqual(before);
});
