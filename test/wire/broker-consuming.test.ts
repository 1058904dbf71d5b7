// What a consumer leaves to others when it stops, and what it does not.

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Delivery } from '../../src/wire/broker-consumer.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

let namespace: BrokerNamespace;
let proxy: TcpProxy;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
  proxy = await startTcpProxy(namespace.url);
});
afterEach(async () => {
  proxy.mend();
  await namespace.closeBrokers();
  await namespace.operator.purgeQueue(queue());
});
afterAll(async () => {
  await proxy.close();
  await namespace.drop();
});

const queue = () => namespace.topology.queues.prepare.bulk;
const consumers = async () => (await namespace.operator.checkQueue(queue())).consumerCount;

/** Consumes by way of the proxy, with a publisher beside it. */
async function consume(
  handle: (body: string, delivery: Delivery) => Promise<void>,
  redeliveryDelayMs = 1,
) {
  const publisher = namespace.open();
  await publisher.whenConnected();
  const options = { url: proxy.url, redeliveryDelayMs, heartbeatS: 600 };
  const running = namespace.open(options).consume({
    purpose: 'test',
    subscriptions: [
      { queue: queue(), prefetch: 9, open: (body) => (delivery) => handle(`${body}`, delivery) },
    ],
  });
  await expect.poll(consumers).toBe(1);
  const exchange = namespace.topology.exchanges.events;
  const publish = (text: string) =>
    publisher.publish({ exchange, key: 'bulk', body: Buffer.from(text), deadlineMs: 10_000 });
  return { running, publish };
}

it('begins nothing that arrives after it was told to stop', async () => {
  const begun: string[] = [];
  const { running, publish } = await consume(async (body) => void begun.push(body));
  proxy.mute();
  await publish('late');
  await expect.poll(() => namespace.messagesIn(queue())).toBe(0);
  const stopped = running.stop();
  proxy.mend();
  await stopped;
  expect(begun).toEqual([]);
  await expect.poll(() => namespace.messagesIn(queue())).toBe(1);
});

it('stops although RabbitMQ does not answer', async () => {
  const { running } = await consume(async () => {});
  proxy.mute();
  await expect(running.stop()).resolves.toBeUndefined();
});

it('keeps its channel for what it has begun, although it consumes no more', async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = 0;
  const { running, publish } = await consume(async () => {
    begun += 1;
    await released;
  });
  await publish('begun');
  await expect.poll(() => begun).toBe(1);
  const stopped = running.stop();
  let later = 0;
  const publishLater = async () => {
    later += 1;
    await publish('later');
    return namespace.messagesIn(queue());
  };
  // RabbitMQ has heard of it when it keeps a message to itself.
  await expect.poll(publishLater).toBeGreaterThan(0);
  // Were the channel closed with that, it would be by now.
  for (let round = 0; round < 20; round += 1) await namespace.messagesIn(queue());
  release();
  await stopped;
  await expect.poll(() => namespace.messagesIn(queue())).toBe(later);
});

it('does not use up the attempts of a message that cannot be handled now', async () => {
  const begun: string[] = [];
  const { running, publish } = await consume(async (body, { deliveryCount }) => {
    begun.push(`${body} ${deliveryCount}`);
    if (body === 'bad') throw new Error('not now');
  }, 3_600_000);
  await publish('bad');
  for (let n = 0; n < 20; n += 1) await publish('good');
  await expect.poll(() => begun.length).toBe(21);
  expect(begun.filter((one) => one.startsWith('bad'))).toEqual(['bad 0']);
  await running.stop();
});

it('can publish until what it has begun is handled', async () => {
  const { dead } = namespace.topology.queues;
  const { interactive } = namespace.topology.queues.prepare;
  const broker = namespace.open();
  await broker.whenConnected();
  const send = (key: string) =>
    broker.publish({ exchange: '', key, body: Buffer.from('{}'), deadlineMs: 10_000 });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = 0;
  broker.consume({
    purpose: 'test',
    subscriptions: [
      {
        ...{ queue: interactive, prefetch: 1 },
        open: () => async () => {
          begun += 1;
          await released;
          await send(dead);
        },
      },
    ],
  });
  await send(interactive);
  await expect.poll(() => begun).toBe(1);
  const closed = broker.close();
  await new Promise(setImmediate);
  release();
  await closed;
  await expect.poll(() => namespace.messagesIn(dead)).toBe(1);
});

it('is not connected while it can publish and not consume', async () => {
  const broker = namespace.open({ url: proxy.url });
  await broker.whenConnected();
  proxy.mute();
  broker.consume({ purpose: 'test', subscriptions: [] });
  expect([broker.canPublish(), broker.isConnected()]).toEqual([true, false]);
  proxy.mend();
  await expect.poll(() => broker.isConnected()).toBe(true);
});
