// What becomes of connections and channels when the network or the broker does not do its part.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keepConnection } from '../../src/wire/broker-connection.ts';
import { createConsumer } from '../../src/wire/broker-consumer.ts';
import { declareTopology } from '../../src/wire/broker-queues.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { blockedFrame, withholdConfirms } from './amqp-frames.ts';
import { spyOnChannels } from './spy-channels.ts';

let namespace: BrokerNamespace;
let proxy: TcpProxy;
let confirmsAreWithheld = false;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
  proxy = await startTcpProxy(
    namespace.url,
    withholdConfirms(() => confirmsAreWithheld),
  );
});
afterEach(async () => {
  confirmsAreWithheld = false;
  proxy.mend();
  await namespace.closeBrokers();
  for (const { name } of namespace.topology.declared) await namespace.operator.purgeQueue(name);
  namespace.observations.length = 0;
});
afterAll(async () => {
  await proxy.close();
  await namespace.drop();
});

function open(options: Parameters<BrokerNamespace['open']>[0] = {}) {
  return namespace.open({ url: proxy.url, ...options });
}

function publish(broker: ReturnType<typeof open>, { deadlineMs = 10_000, key = 'bulk' } = {}) {
  const exchange = namespace.topology.exchanges.events;
  return broker.publish({ exchange, key, body: Buffer.from('{}'), deadlineMs });
}

/** Counts what it is handed, and handles it at once unless told otherwise. */
function subscription(queue: string, handle: () => Promise<void> = async () => {}) {
  return [{ queue, prefetch: 1, open: () => handle }];
}

const lostChannels = () =>
  namespace.observations.flatMap((it) => (it.kind === 'channel_lost' ? [it.purpose] : []));

describe('a process', () => {
  it('has one connection to publish and one to consume, whatever it consumes', async () => {
    const { bulk, interactive } = namespace.topology.queues.prepare;
    const broker = open();
    await broker.whenConnected();
    expect(proxy.connectionCount()).toBe(1);
    for (const queue of [bulk, interactive]) {
      broker.consume({ purpose: queue, subscriptions: subscription(queue) });
    }
    await expect.poll(() => namespace.observed('broker_connected')).toBe(2);
    await expect
      .poll(async () => (await namespace.operator.checkQueue(bulk)).consumerCount)
      .toBe(1);
    expect(proxy.connectionCount()).toBe(2);
  });

  it('loses only the consumer whose queue is deleted', async () => {
    const { bulk, interactive } = namespace.topology.queues.prepare;
    const broker = open();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let handled = 0;
    broker.consume({ purpose: 'bulk', subscriptions: subscription(bulk) });
    broker.consume({
      purpose: 'interactive',
      subscriptions: subscription(interactive, async () => {
        handled += 1;
        await released;
      }),
    });
    await broker.whenConnected();
    await publish(broker, { key: 'interactive' });
    await expect.poll(() => handled).toBe(1);
    await namespace.operator.deleteQueue(bulk);
    await expect.poll(lostChannels).toEqual(['bulk']);
    const send = () => publish(broker).then(() => 'sent', String);
    await expect.poll(send, { timeout: 10_000 }).toBe('sent');
    expect(lostChannels()).toEqual(['bulk']);
    release();
    await broker.close();
    expect([handled, await namespace.messagesIn(interactive)]).toEqual([1, 0]);
  });
});

describe('a connection', () => {
  it('is given up when nothing at all arrives on it, and opened again', async () => {
    const broker = open({ heartbeatS: 1 });
    await broker.whenConnected();
    proxy.mute();
    await expect.poll(() => namespace.observed('broker_lost')).toBeGreaterThan(0);
    proxy.mend();
    await broker.whenConnected();
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('is tried again when the broker takes it and says nothing', async () => {
    proxy.mute();
    const broker = open({ connectTimeoutMs: 100 });
    await expect.poll(() => namespace.observed('broker_lost')).toBeGreaterThan(2);
    proxy.mend();
    await broker.whenConnected();
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('is closed although the broker does not answer', async () => {
    const broker = open();
    broker.consume({
      purpose: 'dead',
      subscriptions: subscription(namespace.topology.queues.dead),
    });
    await broker.whenConnected();
    proxy.mute();
    await expect(broker.close()).resolves.toBeUndefined();
  });

  it('is closed although the broker does not answer that a channel is open', async () => {
    const broker = open();
    await broker.whenConnected();
    await publish(broker, { deadlineMs: 50 }).catch(() => {});
    await broker
      .publish({ exchange: 'no-such-exchange', key: '', body: Buffer.from(''), deadlineMs: 9_000 })
      .catch(() => {});
    proxy.mute();
    await expect(broker.close()).resolves.toBeUndefined();
  });
});

describe('a channel', () => {
  it('is opened again by the consumer that it dies under, and the connection stays', async () => {
    const queue = namespace.topology.queues.prepare.bulk;
    const observe = namespace.observations.push.bind(namespace.observations);
    const connection = keepConnection('test', {
      ...{ url: namespace.url, heartbeatS: 10, connectTimeoutMs: 5_000, maxRetryPauseMs: 100 },
      observe,
    });
    const channels = spyOnChannels(connection);
    let handled = 0;
    const options = { redeliveryDelayMs: 1, maxRetryPauseMs: 100 };
    const consumer = createConsumer(
      { connection, options, declare: (it) => declareTopology(it, namespace.topology), observe },
      {
        purpose: 'bulk',
        subscriptions: subscription(queue, async () => {
          handled += 1;
        }),
      },
    );
    const consumers = async () => (await namespace.operator.checkQueue(queue)).consumerCount;
    await expect.poll(consumers).toBe(1);
    // A tag that was never delivered: the broker closes the channel with 406.
    channels.at(-1)?.ack({ fields: { deliveryTag: 99 } } as never);
    await expect.poll(lostChannels).toEqual(['bulk']);
    await expect.poll(consumers).toBe(1);
    const broker = namespace.open();
    await broker.whenConnected();
    await publish(broker);
    await expect.poll(() => handled).toBe(1);
    expect(namespace.observed('broker_lost')).toBe(0);
    await consumer.stop();
    await connection.close();
  });

  it('is closed and opened again when a message is not confirmed for long', async () => {
    const broker = open({ silentChannelMs: 300, maxInFlight: 1 });
    await broker.whenConnected();
    confirmsAreWithheld = true;
    await expect(publish(broker, { deadlineMs: 20 })).rejects.toThrow('No confirm');
    await expect(publish(broker)).rejects.toThrow('Too many messages');
    await expect.poll(lostChannels).toContain('publish');
    confirmsAreWithheld = false;
    await expect.poll(() => publish(broker).then(() => 'sent', String)).toBe('sent');
    expect(namespace.observed('broker_lost')).toBe(0);
  });

  it('is left alone while RabbitMQ has an alarm', async () => {
    const broker = open({ silentChannelMs: 500 });
    await broker.whenConnected();
    confirmsAreWithheld = true;
    const sent = publish(broker, { deadlineMs: 20 });
    proxy.say(blockedFrame('low on memory'));
    await expect(sent).rejects.toThrow('No confirm');
    await expect.poll(() => broker.isConnected()).toBe(false);
    // Several times the patience of the channel.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(lostChannels()).toEqual([]);
  });
});
