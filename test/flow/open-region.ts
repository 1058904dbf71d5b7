// The whole way in one region, on real servers: ingest, worker, replica, and Nginx before it.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, vi } from 'vitest';
import type { Config } from '../../src/domain/config.ts';
import type { Resolved } from '../../src/domain/document.ts';
import type { Observe } from '../../src/domain/observation.ts';
import type { Running } from '../../src/domain/ports.ts';
import { contentHashOf } from '../../src/inbound/http-etag.ts';
import { ingestLimits } from '../../src/main/ingest-settings.ts';
import { nginxSettings } from '../../src/main/nginx-settings.ts';
import { startRegionNginx } from '../../src/main/region-nginx.ts';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startIngest } from '../../src/main/start-ingest.ts';
import { startReplica } from '../../src/main/start-replica.ts';
import { startWorker } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { filePositions } from '../../src/outbound/file-positions.ts';
import { openLmdbRegionStore } from '../../src/outbound/lmdb-region-store.ts';
import { memoryClock } from '../../src/outbound/memory-clock.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { nodeCacheRecentlyAsked } from '../../src/outbound/node-cache-recently-asked.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { ensureNginxJs } from '../../src/servers/system-packages.ts';
import { openBrokerNamespace } from '../broker-namespace.ts';
import { keysOfTests, testKeys } from '../inbound/open-ingest.ts';
import { es256 } from '../nginx/client-tokens.ts';
import { audience, issuer } from '../nginx/open-door.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { linksOn } from './open-flow.ts';

export type PostedEvent = { id: string; type: string; user: string; data?: object };

export type TestRegion = {
  /** Of Nginx. */
  url: URL;
  /** Where the replica lays documents down. */
  positionsDir: string;
  /** Through the ingest; resolves with the ticket. */
  post(event: PostedEvent): Promise<string>;
  /** What workers told of a ticket, in order. */
  outcomesOf(ticket: string): readonly string[];
  stop(): Promise<void>;
};

export const source = '/test';
const instance = { region: 'eu', instance: 'eu-1' };

/** Attempts follow each other quickly; everything else is as in production. */
const quick = {
  BEFOREHAND_FIRST_RETRY_DELAY_MS: '10',
  BEFOREHAND_SECOND_RETRY_DELAY_MS: '10',
  BEFOREHAND_THIRD_RETRY_DELAY_MS: '10',
  BEFOREHAND_SWEEP_EVERY_MS: '10',
};

/** Resolves when the region is ready. Authors' code runs in the test's own thread. */
export async function openRegion(
  config: Config,
  env: { readonly [name: string]: string } = {},
): Promise<TestRegion> {
  const database = await openTestDatabase();
  const namespace = await openBrokerNamespace([instance]);
  const links = linksOn(namespace.open(), database.postgres);
  const told: Resolved[] = [];
  const observe: Observe = () => {};
  const common = { config, observe, nowMs: Date.now };
  const worker = await startWorker({
    ...{ ...common, ...links },
    fanOut: {
      ...links.fanOut,
      send(bundle) {
        told.push(...bundle.resolved);
        return links.fanOut.send(bundle);
      },
    },
    limits: readSettings(workerLimits, quick),
    runner: createMemoryUnitRunner(common),
  });
  const ingest = await startIngest({
    ...{ ...common, publisher: links.publisher, keys: keysOfTests, clients: null },
    limits: readSettings(ingestLimits, { BEFOREHAND_INGEST_CLOCK_PATIENCE_MS: '0' }),
    publishingProblems: () => [],
    ...{ clockListener: memoryClock(), whenConnected: async () => {}, elapsedMs: Date.now },
    address: { host: '127.0.0.1', port: 0 },
  });
  const unit = await startUnit(common, links.feed, readSettings(replicaLimits, env));
  return {
    ...{ url: unit.url, positionsDir: unit.positionsDir },
    post: (event) => post(ingest.url, event),
    outcomesOf: (ticket) => told.filter((it) => it.ticket === ticket).map((it) => it.outcome),
    async stop() {
      for (const part of [ingest, unit, worker]) await part.stop();
      await namespace.drop();
      await database.drop();
    },
  };
}

type Common = { config: Config; observe: Observe; nowMs: () => number };
type Replica = Parameters<typeof startReplica>[0];

async function startUnit(
  common: Common,
  feed: Replica['feed'],
  limits: Replica['limits'],
): Promise<Running & { url: URL; positionsDir: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'beforehand-region-'));
  const places = {
    replicaSocket: join(directory, 'replica.sock'),
    positionsDir: join(directory, 'positions'),
  };
  const store = await openLmdbRegionStore({ directory, mapBytes: 16_777_216, bootId: 'boot-1' });
  const asked = nodeCacheRecentlyAsked({ maxKeys: 1_000 });
  const replica = await startReplica({
    ...{ ...common, ...instance, feed, limits, store, asked, token: { issuer, audience } },
    positions: filePositions({
      ...{ directory: places.positionsDir, maxFiles: 10_000 },
      ...{ nowMs: Date.now, hashOf: contentHashOf },
    }),
    address: { host: '127.0.0.1', port: 0, socketPath: places.replicaSocket },
    keys: { current: () => ({ jwks: [es256.jwk], secret: null }) },
  });
  const nginx = await startNginx(directory, places);
  await vi.waitFor(
    async () => {
      const { ok } = await fetch(`${replica.url}/health/ready`);
      if (!ok) throw new Error('The replica is not ready.');
    },
    { timeout: 30_000, interval: 20 },
  );
  return {
    ...{ url: nginx.url, positionsDir: places.positionsDir },
    async stop() {
      await Promise.all([nginx.stop(), replica.stop()]);
      await store.close();
      asked.close();
      await rm(directory, { recursive: true });
    },
  };
}

async function startNginx(
  directory: string,
  places: { replicaSocket: string; positionsDir: string },
) {
  const jwksFile = join(directory, 'jwks.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [es256.jwk] }));
  const [port] = (await findFreePorts(1)) as [number];
  const tokens = { jwksFile, secretFile: '', issuer, audience, clockToleranceS: 0 };
  const jsModule = ensureNginxJs(console.log);
  const nginx = await startRegionNginx({
    ...{ directory: join(directory, 'nginx'), logFile: join(directory, 'nginx.log') },
    program: inject('nginxProgram'),
    places: { ...places, port, tokens, jsModule, genericMaxAgeS: 5 },
    limits: readSettings(nginxSettings, {}),
  });
  return { url: new URL(`http://127.0.0.1:${port}`), stop: nginx.stop };
}

async function post(ingestUrl: string, { id, type, user, data = {} }: PostedEvent) {
  const answer = await fetch(`${ingestUrl}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${testKeys.full}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify({ specversion: '1.0', source, id, type, subject: user, data }),
  });
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`${answer.status}: ${text}`);
  const [ticket] = (JSON.parse(text) as { tickets: [string] }).tickets;
  return ticket;
}
