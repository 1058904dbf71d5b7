import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { amqpEventConsumer } from '../../src/inbound/amqp-event-consumer.ts';
import { amqpEventPublisher } from '../../src/outbound/amqp-event-publisher.ts';
import { memoryEventQueue } from '../../src/outbound/memory-event-queue.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { acceptedEvent, eventQueueContract } from '../contract/event-queue-contract.ts';
import { startTcpProxy } from '../tcp-proxy.ts';

const prefetch = { interactive: 2, bulk: 1 };
const confirmDeadlineMs = 10_000;

/** A deleted queue comes back after a second. */
const patience = { timeout: 10_000 };

let namespace: BrokerNamespace;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
afterEach(() => namespace.closeBrokers());
afterAll(() => namespace.drop());

function openConsumer(url?: string) {
  return amqpEventConsumer({ broker: namespace.open(url === undefined ? {} : { url }), prefetch });
}

async function emptyQueue() {
  const broker = namespace.open();
  await broker.whenConnected();
  const { prepare, dead } = namespace.topology.queues;
  for (const queue of [prepare.interactive, prepare.bulk, dead]) {
    await namespace.operator.purgeQueue(queue);
  }
  namespace.observations.length = 0;
  return { broker, publisher: amqpEventPublisher({ broker, confirmDeadlineMs }), openConsumer };
}

eventQueueContract('memory', async () => {
  const queue = memoryEventQueue({ maxEvents: 100, prefetch, redeliveryDelayMs: 1 });
  return { publisher: queue, openConsumer: () => queue };
});
eventQueueContract('RabbitMQ', emptyQueue);

describe('the event queue in memory', () => {
  it('refuses events beyond its limit as unavailable, all of the call or none', async () => {
    const queue = memoryEventQueue({ maxEvents: 2, prefetch, redeliveryDelayMs: 1 });
    await queue.publish([acceptedEvent('e1')]);
    const two = queue.publish([acceptedEvent('e2'), acceptedEvent('e3', { lane: 'bulk' })]);
    await expect(two).rejects.toMatchObject({ code: 'unavailable' });
    const seen: string[] = [];
    const running = await queue.consume(async ({ id }) => void seen.push(id));
    await expect.poll(() => seen).toEqual(['e1']);
    await queue.publish([acceptedEvent('e4')]);
    await expect.poll(() => seen).toEqual(['e1', 'e4']);
    await running.stop();
  });
});

describe('the event queue on RabbitMQ', () => {
  it('takes an event to the dead letters when its handler rejected it 21 times', async () => {
    const { publisher } = await emptyQueue();
    let attempts = 0;
    const running = await openConsumer().consume(async () => {
      attempts += 1;
      throw new Error('never');
    });
    await publisher.publish([acceptedEvent('e1')]);
    await expect.poll(() => deadEvents(), patience).toBe(1);
    expect(attempts).toBe(21);
    await running.stop();
  });

  it('takes a message of an unknown schema to the dead letters and goes on', async () => {
    const { broker, publisher } = await emptyQueue();
    const seen: string[] = [];
    const running = await openConsumer().consume(async ({ id }) => void seen.push(id));
    await broker.publish({
      exchange: namespace.topology.exchanges.events,
      key: 'interactive',
      body: Buffer.from('{"schema":99,"kind":"event"}'),
      deadlineMs: confirmDeadlineMs,
    });
    await publisher.publish([acceptedEvent('e1')]);
    await expect.poll(() => deadEvents()).toBe(1);
    await expect.poll(() => seen).toEqual(['e1']);
    expect(namespace.observations).toContainEqual({
      kind: 'message_refused',
      queue: namespace.topology.queues.prepare.interactive,
      error: 'Failure: event: schema 99 is unknown; known are 1 to 1.',
    });
    await running.stop();
  });

  it('delivers an event again, and counts, when the connection of its consumer is lost', async () => {
    const { publisher } = await emptyQueue();
    const proxy = await startTcpProxy(namespace.url);
    const counts: number[] = [];
    const running = await openConsumer(proxy.url).consume(async (_event, { deliveryCount }) => {
      counts.push(deliveryCount);
      // The first handler is still at work when its connection goes; its ack must hurt nobody.
      if (counts.length === 1) {
        proxy.cut();
        await expect.poll(() => namespace.observed('channel_lost')).toBeGreaterThan(0);
        proxy.mend();
      }
    });
    await publisher.publish([acceptedEvent('e1')]);
    await expect.poll(() => counts).toEqual([0, 1]);
    await running.stop();
    await namespace.closeBrokers();
    expect(await namespace.messagesIn(namespace.topology.queues.prepare.interactive)).toBe(0);
    await proxy.close();
  });

  it('still acknowledges what ends after it was told to stop', async () => {
    const { broker, publisher } = await emptyQueue();
    const queue = namespace.topology.queues.prepare.interactive;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = 0;
    const consumer = amqpEventConsumer({ broker, prefetch: { interactive: 1_000, bulk: 1 } });
    const running = await consumer.consume(async () => {
      begun += 1;
      await released;
    });
    let published = 0;
    const publishAnother = async () => {
      published += 1;
      await publisher.publish([acceptedEvent(`e${published}`)]);
    };
    await publishAnother();
    await expect.poll(() => begun).toBe(1);
    const stopped = running.stop();
    // RabbitMQ has heard of it when it keeps an event to itself.
    await expect
      .poll(() => publishAnother().then(() => namespace.messagesIn(queue)))
      .toBeGreaterThan(0);
    release();
    await stopped;
    expect(await namespace.messagesIn(queue)).toBe(published - begun);
  });

  it('consumes again when a queue is deleted under it', async () => {
    const { publisher } = await emptyQueue();
    const seen: string[] = [];
    const running = await openConsumer().consume(async ({ id }) => void seen.push(id));
    await publisher.publish([acceptedEvent('e1')]);
    await expect.poll(() => seen).toEqual(['e1']);
    await namespace.operator.deleteQueue(namespace.topology.queues.prepare.interactive);
    await expect
      .poll(() => publisher.publish([acceptedEvent('e2')]).then(() => 'sent', String), patience)
      .toBe('sent');
    await expect.poll(() => seen).toContain('e2');
    expect(namespace.observed('broker_lost')).toBe(0);
    await running.stop();
  });

  it('makes a deleted queue again when nobody consumes it, each time', async () => {
    const { publisher } = await emptyQueue();
    const event = acceptedEvent('e1', { lane: 'bulk' });
    for (let time = 1; time <= 2; time += 1) {
      await namespace.operator.deleteQueue(namespace.topology.queues.prepare.bulk);
      await expect(publisher.publish([event])).rejects.toMatchObject({ code: 'unavailable' });
      await expect
        .poll(() => publisher.publish([event]).then(() => 'sent', String), patience)
        .toBe('sent');
    }
  });

  it('refuses an event that cannot be written as JSON, and sends none of its batch', async () => {
    const { publisher } = await emptyQueue();
    const deep = JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`);
    const batch = [acceptedEvent('e1'), { ...acceptedEvent('e2'), data: deep }];
    await expect(publisher.publish(batch)).rejects.toMatchObject({ code: 'rejected' });
    expect(await namespace.messagesIn(namespace.topology.queues.prepare.interactive)).toBe(0);
  });

  const deadEvents = () => namespace.messagesIn(namespace.topology.queues.dead);
});
