// What a ticket says of regions, on real servers: replicas are processes, and one of them is killed.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { defineGenerator } from '../../src/domain/authors.ts';
import { operatorLimits } from '../../src/main/operator-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startOperator } from '../../src/main/start-operator.ts';
import { startWorker } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { postgresBacklog } from '../../src/outbound/postgres-backlog.ts';
import { postgresEventStories } from '../../src/outbound/postgres-event-stories.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { openBrokerNamespace } from '../broker-namespace.ts';
import { anEvent } from '../fixtures/events.ts';
import { audience, es256, issuer } from '../inbound/open-content.ts';
import { startEntry } from '../main/start-entry.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { login, loginConfig } from './login-config.ts';
import { linksOn } from './open-flow.ts';

const replicas = ['eu', 'us'].map((region) => ({ region, instance: `${region}-1` }));
const config = loginConfig({
  generators: [
    defineGenerator({
      name: 'offers',
      slot: 'offers',
      on: [login],
      generate: ({ event }) => ({ content: event.id }),
    }),
  ],
});

type RegionBody = { region: string; state: string; positioningMs: number | null };

async function openStack() {
  const namespace = await openBrokerNamespace(replicas);
  const database = await openTestDatabase();
  const broker = namespace.open();
  await broker.whenConnected();
  const links = linksOn(broker, database.postgres);
  const common = { config, observe: () => {}, nowMs: Date.now };
  const worker = await startWorker({
    ...{ ...common, ...links, limits: readSettings(workerLimits, {}) },
    runner: createMemoryUnitRunner(common),
  });
  const operator = await startOperator({
    ...{ address: { host: '127.0.0.1', port: 0 }, observe: () => {} },
    limits: readSettings(operatorLimits, {}),
    stories: postgresEventStories(database.postgres, links.receipts),
    whole: { backlog: postgresBacklog(database.postgres), replicas: links.receipts.replicas },
  });
  const folder = mkdtempSync(join(tmpdir(), 'beforehand-receipts-'));
  const jwksFile = join(folder, 'jwks.json');
  writeFileSync(jwksFile, JSON.stringify({ keys: [es256.jwk] }));
  const started: ReturnType<typeof startEntry>[] = [];
  onTestFinished(async () => {
    for (const { child, ended } of started) {
      child.kill('SIGKILL');
      await ended;
    }
    for (const part of [operator, worker]) await part.stop();
    await namespace.drop();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const regionsOf = async (ticket: string) => {
    const response = await fetch(`${operator.url}/v1/tickets/${ticket}`);
    return response.ok ? ((await response.json()) as { regions: RegionBody[] }).regions : [];
  };
  return {
    regionsOf,
    statesOf: async (ticket: string) =>
      Object.fromEntries((await regionsOf(ticket)).map(({ region, state }) => [region, state])),
    async publish(id: string): Promise<string> {
      const event = anEvent({ id, acceptedAtMs: Date.now(), stamp: Date.now() * 4096 });
      await links.publisher.publish([event]);
      return event.ticket;
    },
    async start({ region, instance }: (typeof replicas)[number]) {
      const [port] = await findFreePorts(1);
      const entry = startEntry('replica', {
        BEFOREHAND_AMQP_URL: namespace.url,
        BEFOREHAND_AMQP_NAMESPACE: namespace.topology.exchanges.events.replace('.events', ''),
        BEFOREHAND_REGION: region,
        BEFOREHAND_INSTANCE: instance,
        BEFOREHAND_REPLICA_PORT: String(port),
        BEFOREHAND_REPLICA_DATA_DIR: join(folder, instance),
        BEFOREHAND_JWKS_FILE: jwksFile,
        BEFOREHAND_TOKEN_ISSUER: issuer,
        BEFOREHAND_TOKEN_AUDIENCE: audience,
      });
      started.push(entry);
      return entry;
    },
  };
}

it('positions an event in each region, and waits for one that is killed until it is back', async () => {
  const { start, publish, statesOf, regionsOf } = await openStack();
  const patience = { timeout: 30_000, interval: 50 };
  const [, us] = await Promise.all(replicas.map(start));
  const first = await publish('e1');
  const everywhere = { eu: 'positioned', us: 'positioned' };
  await expect.poll(() => statesOf(first), patience).toEqual(everywhere);

  us?.child.kill('SIGKILL');
  await us?.ended;
  const second = await publish('e2');
  await expect.poll(() => statesOf(second), patience).toEqual({ eu: 'positioned', us: 'waiting' });
  expect(await statesOf(first)).toEqual(everywhere);

  await Promise.all(replicas.slice(1).map(start));
  await expect.poll(() => statesOf(second), patience).toEqual(everywhere);
  const times = (await regionsOf(second)).map(({ positioningMs }) => positioningMs);
  expect(times).toEqual([expect.any(Number), expect.any(Number)]);
}, 90_000);
