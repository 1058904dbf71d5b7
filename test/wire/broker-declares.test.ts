// A process that declares nothing but what is its own: what it waits for, and what it goes on with.

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';

let namespace: BrokerNamespace;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
afterAll(() => namespace.drop());

const message = { key: 'interactive', body: Buffer.from('x'), deadlineMs: 5_000 };

it('makes nothing, waits until others have, and publishes then', async () => {
  const { topology } = namespace;
  const broker = namespace.open({ declares: 'own' });
  await vi.waitFor(() => expect(namespace.observed('broker_connected')).toBe(1));
  // It has looked, in vain.
  await vi.waitFor(() => expect(namespace.observed('channel_lost')).toBeGreaterThan(0));
  expect(broker.canPublish()).toBe(false);
  const other = namespace.open({ declares: 'all' });
  await other.whenConnected();
  await broker.whenConnected();
  await broker.publish({ ...message, exchange: topology.exchanges.events });
  expect(await namespace.messagesIn(topology.queues.prepare.interactive)).toBe(1);
});
