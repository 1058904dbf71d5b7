// Kill -9 of a worker between commit and publish, and between publish and ack: the region is right.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openTestBroker } from '../amqp-broker.ts';
import { anEvent } from '../fixtures/events.ts';
import { openTestDatabase } from '../postgres-database.ts';
import { echoConfig } from './echo-config.ts';
import { linksOn, openFlow } from './open-flow.ts';

const dyingWorker = fileURLToPath(new URL('./dying-worker.ts', import.meta.url));
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

describe('a worker that is killed', () => {
  it.each(['before_publish', 'before_ack'])('%s leaves every region right', async (point) => {
    const namespace = `killed-${point.replace('_', '-')}-${Date.now()}`;
    const database = await openTestDatabase();
    cleanUps.push(database.drop);
    const broker = await openTestBroker(inject('amqpUrl'), namespace);
    cleanUps.push(broker.close);
    const links = { ...linksOn(broker, database.postgres), close: async () => {} };
    const flow = await openFlow(links, { config: echoConfig, workers: 0 });

    const args = [
      '--import',
      'tsx',
      dyingWorker,
      point,
      inject('amqpUrl'),
      namespace,
      database.url,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanUps.push(async () => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const event = anEvent({ id: 'e1' });
    await flow.publish([event]);
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');

    // It had committed; whether the region knows is what the two points differ in.
    const [stored] = await flow.store.readDocuments(['alice']);
    expect(stored?.slots).toHaveLength(1);
    if (point === 'before_publish') expect(flow.documentOf('alice')).toBeUndefined();
    else await expect.poll(() => flow.documentOf('alice')).toEqual(stored);

    const rescue = await openFlow(
      { ...links, feed: { ...links.feed, follow: async () => ({ stop: async () => {} }) } },
      { config: echoConfig },
    );
    await expect.poll(() => flow.outcomesOf(event.ticket)).toContain('duplicate');
    await expect.poll(() => flow.documentOf('alice')).toEqual(stored);
    expect(await flow.store.readDocuments(['alice'])).toEqual([stored]);
    await rescue.close();
    await flow.close();
  });
});
