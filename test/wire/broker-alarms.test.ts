// What becomes of messages while RabbitMQ has a memory or disk alarm, and afterwards.

import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Broker } from '../../src/wire/broker.ts';
import { keepConnection } from '../../src/wire/broker-connection.ts';
import { createPublisher } from '../../src/wire/broker-publisher.ts';
import { declareTopology } from '../../src/wire/broker-queues.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { blockedFrame, unblockedFrame } from './amqp-frames.ts';

let namespace: BrokerNamespace;
let proxy: TcpProxy;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
beforeEach(async () => {
  proxy = await startTcpProxy(namespace.url);
});
afterEach(async () => {
  vi.useRealTimers();
  proxy.mend();
  await namespace.closeBrokers();
  await proxy.close();
  namespace.observations.length = 0;
});
afterAll(() => namespace.drop());

async function connected(): Promise<Broker> {
  const broker = namespace.open({ url: proxy.url });
  await broker.whenConnected();
  return broker;
}

function messageTo(exchange: string, deadlineMs = 10_000) {
  return { exchange, key: 'bulk', body: Buffer.from('{}'), deadlineMs };
}

function publish(broker: Broker, deadlineMs?: number) {
  return broker.publish(messageTo(namespace.topology.exchanges.events, deadlineMs));
}

const unavailable = (message: string) => ({
  code: 'unavailable',
  message: expect.stringContaining(message),
});

it('refuses messages at once while RabbitMQ has an alarm', async () => {
  const broker = await connected();
  proxy.say(blockedFrame('low on memory'));
  await expect.poll(() => broker.isConnected()).toBe(false);
  await expect(publish(broker)).rejects.toMatchObject(unavailable('low on memory'));
  proxy.say(unblockedFrame);
  await expect.poll(() => broker.isConnected()).toBe(true);
  await expect(publish(broker)).resolves.toBeUndefined();
  expect(namespace.observed('broker_blocked')).toBe(1);
  expect(namespace.observed('broker_unblocked')).toBe(1);
});

it('does not wait until the deadline for what RabbitMQ was sent when its alarm began', async () => {
  const broker = await connected();
  proxy.mute();
  const sent = publish(broker, 3_600_000);
  proxy.say(blockedFrame('low on disk'));
  await expect(sent).rejects.toMatchObject(unavailable('No confirm within'));
  proxy.mend();
  proxy.say(unblockedFrame);
  await expect.poll(() => publish(broker).then(() => 'sent', String)).toBe('sent');
});

it('believes a confirm that comes soon after the alarm began', async () => {
  const broker = await connected();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  proxy.mute();
  const sent = publish(broker);
  proxy.say(blockedFrame('low on memory'));
  // A poll would move the clock.
  while (broker.isConnected()) await new Promise(setImmediate);
  vi.advanceTimersByTime(200);
  proxy.mend();
  await expect(sent).resolves.toBeUndefined();
});

it('refuses nothing for an alarm that an earlier connection told of', async () => {
  const broker = await connected();
  proxy.say(blockedFrame('low on memory'));
  await expect.poll(() => broker.isConnected()).toBe(false);
  proxy.cut();
  await expect.poll(() => namespace.observed('broker_lost')).toBeGreaterThan(0);
  proxy.mend();
  await broker.whenConnected();
  await expect(publish(broker)).resolves.toBeUndefined();
});

it('listens for alarms once, however many channels a connection has had', async () => {
  const observe = () => {};
  const options = { maxRetryPauseMs: 1, silentChannelMs: 30_000, maxInFlight: 9 };
  const connection = keepConnection('test', {
    ...{ url: namespace.url, heartbeatS: 10, connectTimeoutMs: 5_000, maxRetryPauseMs: 1 },
    observe,
  });
  const publisher = createPublisher({
    ...{ connection, declare: (it) => declareTopology(it, namespace.topology), observe },
    options: { ...options, maxInFlightBytes: 9_999 },
  });
  await publisher.whenOpen();
  const model = connection.current();
  const listeners = model?.listenerCount('blocked');
  for (let turn = 0; turn < 3; turn += 1) {
    await expect(publisher.publish(messageTo('no-such-exchange'))).rejects.toThrow();
    await publisher.whenOpen();
  }
  expect(connection.current()).toBe(model);
  expect(model?.listenerCount('blocked')).toBe(listeners);
  await publisher.close();
  await connection.close();
});
