import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../src/wire/broker.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

let namespace: BrokerNamespace;
let proxy: TcpProxy;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
beforeEach(async () => {
  proxy = await startTcpProxy(namespace.url);
});
afterEach(async () => {
  proxy.mend();
  await namespace.closeBrokers();
  await proxy.close();
  namespace.observations.length = 0;
});
afterAll(() => namespace.drop());

const unavailable = (message: string) => ({
  code: 'unavailable',
  message: expect.stringContaining(message),
});

type Given = { exchange?: string; key?: string; deadlineMs?: number };

/** Publishes a bulk event unless told otherwise. */
function publish(broker: Broker, given: Given = {}) {
  return broker.publish({
    exchange: namespace.topology.exchanges.events,
    key: 'bulk',
    body: Buffer.from('{}'),
    deadlineMs: 10_000,
    ...given,
  });
}

async function connected(options: Parameters<BrokerNamespace['open']>[0] = {}) {
  const broker = namespace.open({ url: proxy.url, ...options });
  await broker.whenConnected();
  return broker;
}

describe('publishing', () => {
  it('counts a message that no queue wants as not sent, although RabbitMQ confirms it', async () => {
    const broker = await connected();
    await expect(publish(broker, { key: 'nobody' })).rejects.toMatchObject(
      unavailable('No queue takes messages with the key "nobody".'),
    );
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('tells the returned message from the others that are under way', async () => {
    const broker = await connected();
    const keys = ['bulk', 'nobody', 'interactive', 'nobody', 'bulk'];
    const results = await Promise.allSettled(keys.map((key) => publish(broker, { key })));
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      keys.map((key) => key !== 'nobody'),
    );
  });

  it('gives up at the deadline when RabbitMQ says nothing', async () => {
    const broker = await connected();
    proxy.mute();
    await expect(publish(broker, { deadlineMs: 50 })).rejects.toMatchObject(
      unavailable('No confirm within'),
    );
    proxy.mend();
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('refuses at once what is beyond the limit in flight, until there is word of the others', async () => {
    const broker = await connected({ maxInFlight: 2 });
    proxy.mute();
    const sent = [publish(broker), publish(broker)];
    await expect(publish(broker)).rejects.toMatchObject(unavailable('Too many messages'));
    proxy.mend();
    await Promise.all(sent);
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('keeps counting a message whose deadline has passed', async () => {
    const broker = await connected({ maxInFlight: 1 });
    proxy.mute();
    await expect(publish(broker, { deadlineMs: 20 })).rejects.toMatchObject(
      unavailable('No confirm'),
    );
    await expect(publish(broker)).rejects.toMatchObject(unavailable('Too many messages'));
  });

  it('refuses at once what is beyond the limit of bytes in flight', async () => {
    const broker = await connected({ maxInFlightBytes: 3 });
    proxy.mute();
    const sent = publish(broker);
    await expect(publish(broker)).rejects.toMatchObject(unavailable('Too many messages'));
    proxy.mend();
    await sent;
  });

  it('refuses a message that no broker would take', async () => {
    const broker = await connected();
    const body = Buffer.alloc(12 * 1024 * 1024 + 1);
    const huge = broker.publish({ exchange: '', key: 'x', body, deadlineMs: 1_000 });
    await expect(huge).rejects.toMatchObject({ code: 'rejected' });
  });

  it('fails what is under way when the connection is lost, refuses while it is, and returns', async () => {
    const broker = await connected();
    proxy.mute();
    const sent = publish(broker);
    const failed = expect(sent).rejects.toMatchObject(unavailable('did not take the message'));
    proxy.cut();
    await failed;
    await expect.poll(() => broker.isConnected()).toBe(false);
    await expect(publish(broker)).rejects.toMatchObject(unavailable('No connection'));
    proxy.mend();
    await broker.whenConnected();
    await expect(publish(broker)).resolves.toBeUndefined();
    expect(namespace.observed('broker_lost')).toBeGreaterThan(0);
  });

  it('opens its channel again when that ends alone, without losing the connection', async () => {
    const broker = await connected();
    await expect(publish(broker, { exchange: 'no-such-exchange' })).rejects.toMatchObject(
      unavailable('did not take the message'),
    );
    await broker.whenConnected();
    await expect(publish(broker)).resolves.toBeUndefined();
    expect(namespace.observations.filter(({ kind }) => kind === 'channel_lost')).toMatchObject([
      { error: expect.stringContaining('NOT_FOUND') },
    ]);
    expect(namespace.observed('broker_lost')).toBe(0);
  });

  it('waits for a broker that is not there yet', async () => {
    proxy.cut();
    const broker = namespace.open({ url: proxy.url });
    await expect.poll(() => namespace.observed('broker_lost')).toBeGreaterThan(1);
    await expect(publish(broker)).rejects.toMatchObject(unavailable('No connection'));
    proxy.mend();
    await broker.whenConnected();
    await expect(publish(broker)).resolves.toBeUndefined();
  });

  it('waits for the confirms of what is under way before it closes', async () => {
    const broker = await connected();
    const sent = Array.from({ length: 200 }, () => publish(broker));
    const closed = Promise.all([broker.close(), broker.close()]);
    await Promise.all(sent);
    await closed;
    await expect(publish(broker)).rejects.toMatchObject(unavailable('No connection'));
  });

  it('takes nothing new while it waits for them', async () => {
    const broker = await connected();
    proxy.mute();
    const sent = publish(broker);
    const closed = broker.close();
    await new Promise(setImmediate);
    await expect(publish(broker)).rejects.toMatchObject(unavailable('No connection'));
    proxy.mend();
    await Promise.all([sent, closed]);
  });

  it('closes while it cannot connect', async () => {
    proxy.cut();
    const broker = namespace.open({ url: proxy.url });
    const waiting = expect(broker.whenConnected()).rejects.toThrow();
    await broker.close();
    await waiting;
  });
});
