import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { amqpClockListener } from '../../src/inbound/amqp-clock.ts';
import { amqpClockBroadcaster } from '../../src/outbound/amqp-clock.ts';
import { memoryClock } from '../../src/outbound/memory-clock.ts';
import { postgresClock } from '../../src/outbound/postgres-clock.ts';
import { decodeClock, encodeClock } from '../../src/wire/clock-message.ts';
import { clockKey, clockQueue } from '../../src/wire/clock-queue.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { clockBroadcastContract } from '../contract/clock-broadcast-contract.ts';
import { openTestPool } from '../postgres-database.ts';
import { startTcpProxy } from '../tcp-proxy.ts';

const confirmDeadlineMs = 10_000;

let namespace: BrokerNamespace;
beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
afterEach(() => namespace.closeBrokers());
afterAll(() => namespace.drop());

async function openOnRabbitmq() {
  const broker = namespace.open();
  await broker.whenConnected();
  namespace.observations.length = 0;
  return {
    broadcaster: amqpClockBroadcaster({ broker, confirmDeadlineMs }),
    openListener: () => amqpClockListener({ broker: namespace.open() }),
  };
}

clockBroadcastContract('memory', async () => {
  const clock = memoryClock();
  return { broadcaster: clock, openListener: () => clock };
});
clockBroadcastContract('RabbitMQ', openOnRabbitmq);

describe('a broadcast of the clock on RabbitMQ', () => {
  it('waits for a listener as one message at most: the last one', async () => {
    const { broadcaster } = await openOnRabbitmq();
    const { topology, operator } = namespace;
    const queue = clockQueue(topology, 'stalled');
    // The listener declares it in the same way, see the contract.
    await operator.assertQueue(queue.name, {
      ...{ durable: false, exclusive: true, autoDelete: true, arguments: queue.arguments },
    });
    await operator.bindQueue(queue.name, topology.exchanges.clock, clockKey);
    for (const unixMs of [1, 2, 3]) await broadcaster.broadcast(unixMs);
    expect(await namespace.messagesIn(queue.name)).toBe(1);
    const message = await operator.get(queue.name, { noAck: true });
    expect(message && decodeClock(message.content)).toBe(3);
    await broadcaster.broadcast(4);
    await expect.poll(() => namespace.messagesIn(queue.name)).toBe(0);
    await operator.deleteQueue(queue.name);
  });

  it('is heard again after a lost connection', async () => {
    const { broadcaster } = await openOnRabbitmq();
    const proxy = await startTcpProxy(namespace.url);
    let heard = 0;
    const listener = amqpClockListener({ broker: namespace.open({ url: proxy.url }) });
    await listener.listen((unixMs) => {
      heard = unixMs;
    });
    const isHeard = (unixMs: number) =>
      expect
        .poll(async () => {
          await broadcaster.broadcast(unixMs);
          return heard;
        })
        .toBe(unixMs);
    await isHeard(1);
    proxy.cut();
    await expect.poll(() => namespace.observed('channel_lost')).toBeGreaterThan(0);
    proxy.mend();
    await isHeard(2);
    await namespace.closeBrokers();
    await proxy.close();
  });

  it('keeps nobody from publishing while its own connection is not there', async () => {
    const broker = namespace.open();
    await broker.whenConnected();
    await amqpClockListener({ broker }).listen(() => {});
    expect([broker.canPublish(), broker.isConnected()]).toEqual([true, false]);
    await expect.poll(broker.isConnected).toBe(true);
  });

  it('passes over a message that is no clock', async () => {
    const { broadcaster, openListener } = await openOnRabbitmq();
    const heard: number[] = [];
    await openListener().listen((unixMs) => heard.push(unixMs));
    const { topology, operator } = namespace;
    for (const body of [
      '{"schema":1,"kind":"clock","unixMs":-1}',
      '{"schema":99,"kind":"clock"}',
    ]) {
      await expect
        .poll(() => {
          operator.publish(topology.exchanges.clock, clockKey, Buffer.from(body));
          return namespace.observed('message_refused');
        })
        .toBeGreaterThan(0);
      namespace.observations.length = 0;
    }
    await expect
      .poll(async () => {
        await broadcaster.broadcast(5);
        return heard.at(-1);
      })
      .toBe(5);
    expect(heard.every((unixMs) => unixMs === 5)).toBe(true);
  });

  it('is no word of a queue that is missing: nothing is declared anew', async () => {
    const { broadcaster } = await openOnRabbitmq();
    const { declared } = namespace.topology;
    const name = declared[0]?.name as string;
    await namespace.operator.deleteQueue(name);
    await broadcaster.broadcast(1);
    // Longer than the pause before the declaration that a returned message brings about.
    await sleep(1_500);
    const model = await connect(namespace.url);
    const channel = await model.createChannel();
    channel.on('error', () => {});
    const found = await channel.checkQueue(name).catch(() => null);
    await model.close();
    expect(found).toBe(null);
  });
});

describe("Postgres's clock", () => {
  it('is in whole milliseconds, and as the server tells it', async () => {
    const postgres = openTestPool(inject('postgresUrl'));
    const read = postgresClock(postgres);
    const serverMs = async () => {
      const [row] = await postgres.query<{ at: Date }>('t', 'select clock_timestamp() as at', []);
      return (row as { at: Date }).at.getTime();
    };
    const before = await serverMs();
    const unixMs = await read();
    const after = await serverMs();
    await postgres.close();
    expect(Number.isInteger(unixMs)).toBe(true);
    expect(before).toBeLessThanOrEqual(unixMs);
    expect(unixMs).toBeLessThanOrEqual(after);
  });
});

describe('the message of the clock', () => {
  it('brings the time as it was, and refuses what is none', () => {
    expect(decodeClock(encodeClock(1_795_248_000_123))).toBe(1_795_248_000_123);
    for (const body of ['', '{"schema":1,"kind":"marker","id":"x"}']) {
      expect(() => decodeClock(Buffer.from(body))).toThrow();
    }
    expect(() => decodeClock(encodeClock(0.5))).toThrow('unixMs');
  });
});
