// A replica as it is wired: from what is fanned out to what a client reads.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defineConfig } from '../../src/domain/config.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { ContentFeed, RegionStore } from '../../src/domain/ports.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { memoryPositions } from '../../src/outbound/memory-positions.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { aDocument, aGeneric } from '../fixtures/content.ts';
import { audience, es256, issuer, nowS, sign } from '../inbound/open-content.ts';

const folder = mkdtempSync(join(tmpdir(), 'beforehand-replica-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = defineConfig({
  ...{ regions: ['eu'], events: [], generators: [], reactions: [] },
  slots: { offers: { generic: 'from the configuration' } },
});

/** Of all the answers that are looked into here. */
type Body = {
  version: number;
  facts: object;
  reasons: readonly string[];
  paths: { [path: string]: { get: Operation } };
};
type Operation = { responses: object; security: object; parameters: readonly { name: string }[] };

const openStore = (name: string) =>
  openLmdbRegionStore({ directory: join(folder, name), mapBytes: 1_048_576, bootId: 'boot-1' });

const openPositions = () => memoryPositions({ maxFiles: 1_000 });
const asked = nodeCacheRecentlyAsked({ maxKeys: 1_000 });
afterAll(() => asked.close());

async function start(store: RegionStore, feed: ContentFeed, positions = openPositions()) {
  const observed: Observation[] = [];
  const replica = await startReplica({
    ...{ config, store, feed, positions, asked, region: 'eu', instance: 'eu-1' },
    limits: readSettings(replicaLimits, {}),
    address: { host: '127.0.0.1', port: 0 },
    keys: { current: () => keySet },
    token: { issuer, audience },
    observe: (observation) => observed.push(observation),
    nowMs: () => nowS * 1000,
  });
  const authorization = `Bearer ${await sign()}`;
  return {
    ...replica,
    observed,
    async get(path: string) {
      const response = await fetch(replica.url + path, { headers: { authorization } });
      return { status: response.status, body: (await response.json()) as Body };
    },
  };
}
const keySet = { jwks: [es256.jwk], secret: null };

/** The workers' end of the exchange: Postgres holds only Bob. */
async function openExchange() {
  const exchange = memoryContentExchange({ maxMessages: 100, redeliveryDelayMs: 1 });
  await exchange.consumePageRequests(async ({ instance, snapshotId }) => {
    const page = { snapshotId, documents: [aDocument('bob')], generic: [aGeneric()], next: null };
    await exchange.sendPage(instance, page);
  });
  const prefetch = { interactive: 10, bulk: 10 };
  return { ...exchange, feed: exchange.feedOf({ region: 'eu', instance: 'eu-1', prefetch }) };
}

describe('a replica', () => {
  it('becomes ready by itself, and answers a read that waited with what it waited for', async () => {
    const store = await openStore('ready');
    const exchange = await openExchange();
    const positions = openPositions();
    const replica = await start(store, exchange.feed, positions);
    await expect.poll(async () => (await replica.get('/health/ready')).status).toBe(200);
    expect((await replica.get('/health/ready')).body.facts).toEqual({
      region: 'eu',
      instance: 'eu-1',
      isCaughtUp: true,
    });
    expect(store.get('bob')).not.toBeNull();

    const before = await replica.get('/v1/content/me');
    expect(before.body).toMatchObject({ version: 0, slots: { offers: { state: 'generic' } } });
    const reading = replica.get('/v1/content/me?after=t-1');
    await exchange.send({
      ...{ lane: 'interactive', generic: [] },
      documents: [aDocument('alice', { version: 9 })],
      resolved: [{ ticket: 't-1', outcome: 'stored' }],
    });
    const { body } = await reading;
    expect(body).toMatchObject({ user: 'alice', version: 9 });
    // By then it is where Nginx serves it, too, and it is what the replica itself answers.
    expect(JSON.parse(Buffer.from(positions.read('alice') ?? []).toString())).toEqual(body);
    expect(positions.has('bob')).toBe(true);
    expect(replica.observed).toContainEqual(
      expect.objectContaining({ kind: 'content_positioned', user: 'alice', version: 9 }),
    );
    await replica.stop();
    await store.close();
  });

  it('answers from its disk when it starts without a broker, and says what it does not know', async () => {
    const earlier = await openStore('alone');
    await earlier.put([aDocument('alice', { version: 3 })]);
    await earlier.setComplete(true);
    await earlier.close();

    const store = await openStore('alone');
    const reports: Parameters<ContentFeed['sendReport']>[0][] = [];
    const nobody: ContentFeed = {
      follow: async () => ({ stop: async () => {} }),
      requestPage: async () => {},
      requestContent: async () => {},
      sendReport: async (report) => void reports.push(report),
      sendMarker: async () => {},
    };
    const replica = await start(store, nobody);
    // An earlier process may have died before it said so.
    await expect.poll(() => reports).toMatchObject([{ receipts: [{ user: 'alice', version: 3 }] }]);
    expect(reports[0]?.isCaughtUp).toBe(false);
    expect((await replica.get('/v1/content/me')).body.version).toBe(3);
    expect((await replica.get('/health/live')).status).toBe(200);
    const ready = await replica.get('/health/ready');
    expect([ready.status, ready.body.reasons]).toEqual([503, ['catching_up']]);

    const stranger = await fetch(`${replica.url}/v1/content/me`, {
      headers: { authorization: `Bearer ${await sign({ sub: 'carol' })}` },
    });
    const { slots } = (await stranger.json()) as { slots: object };
    expect(slots).toEqual({ offers: { state: 'pending', content: 'from the configuration' } });
    await replica.stop();
    await store.close();
  });

  it('lists its routes and all of their answers as OpenAPI', async () => {
    const store = await openStore('openapi');
    const replica = await start(store, (await openExchange()).feed);
    const { body } = await replica.get('/openapi.json');
    expect(Object.keys(body.paths).sort()).toEqual([
      ...['/health/live', '/health/ready', '/v1/content/{user}', '/v1/content/{user}/stream'],
      ...['/v1/content/{user}/{slot}', '/v1/generic'],
    ]);
    const get = body.paths['/v1/content/{user}']?.get;
    expect(Object.keys(get?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '304', '400', '401', '403', '503']),
    );
    expect(get?.security).toEqual([{ clientToken: [] }]);
    expect(get?.parameters.map(({ name }) => name).sort()).toEqual([...['after', 'user', 'wait']]);
    await replica.stop();
    await store.close();
  });

  it('does not start on a port that is taken, and leaves nothing running', async () => {
    const store = await openStore('port');
    const first = await start(store, (await openExchange()).feed);
    const port = Number(new URL(first.url).port);
    let isFollowing = false;
    const feed: ContentFeed = {
      ...(await openExchange()).feed,
      async follow() {
        isFollowing = true;
        return {
          async stop() {
            isFollowing = false;
          },
        };
      },
    };
    const parts = {
      ...{ config, store, feed, region: 'eu', instance: 'eu-1', token: { issuer, audience } },
      ...{ positions: openPositions(), asked },
      ...{ limits: readSettings(replicaLimits, {}), address: { host: '127.0.0.1', port } },
      ...{ keys: { current: () => keySet }, observe: () => {}, nowMs: Date.now },
    };
    await expect(startReplica(parts)).rejects.toThrow(/EADDRINUSE/);
    expect(isFollowing).toBe(false);
    await first.stop();
    await store.close();
  });
});
