import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeadEvent } from '../../src/domain/worker/dead-events.ts';
import { amqpDeadEvents } from '../../src/inbound/amqp-dead-events.ts';
import { amqpEventConsumer } from '../../src/inbound/amqp-event-consumer.ts';
import { amqpEventPublisher } from '../../src/outbound/amqp-event-publisher.ts';
import { memoryEventQueue } from '../../src/outbound/memory-event-queue.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { deadEventContract } from '../contract/dead-event-contract.ts';

const prefetch = { interactive: 2, bulk: 1 };

let namespace: BrokerNamespace;

beforeAll(async () => {
  namespace = await openBrokerNamespace();
});
afterEach(() => namespace.closeBrokers());
afterAll(() => namespace.drop());

function openConsumer() {
  const broker = namespace.open();
  return { ...amqpEventConsumer({ broker, prefetch }), ...amqpDeadEvents({ broker, prefetch: 2 }) };
}

async function emptyQueues() {
  const broker = namespace.open();
  await broker.whenConnected();
  const { prepare, dead } = namespace.topology.queues;
  for (const queue of [prepare.interactive, prepare.bulk, dead]) {
    await namespace.operator.purgeQueue(queue);
  }
  const publisher = amqpEventPublisher({ broker, confirmDeadlineMs: 10_000 });
  return { broker, publisher, openConsumer };
}

deadEventContract('memory', async () => {
  const queue = memoryEventQueue({ maxEvents: 100, prefetch, redeliveryDelayMs: 1 });
  return { publisher: queue, openConsumer: () => queue };
});
deadEventContract('RabbitMQ', emptyQueues);

describe('dead events on RabbitMQ', () => {
  it.each([
    ['of an unknown schema', Buffer.from('{"schema":99,"kind":"event"}'), 'schema 99 is unknown'],
    ['that is no JSON', Buffer.from([0, 255, 10, 13]), 'not JSON'],
    ['that is empty', Buffer.alloc(0), 'not JSON'],
    ['that is large', Buffer.alloc(1_000_000, 'x'), 'not JSON'],
  ])('are also messages %s, with as much of the body as is of use', async (_, body, error) => {
    const { broker } = await emptyQueues();
    const consuming = await openConsumer().consume(async () => {});
    const dead: DeadEvent[] = [];
    const burying = await openConsumer().consumeDeadEvents(async (it) => void dead.push(it));
    const exchange = namespace.topology.exchanges.events;
    await broker.publish({ exchange, key: 'interactive', body, deadlineMs: 10_000 });
    await expect.poll(() => dead).toHaveLength(1);
    expect(dead[0]).toEqual({
      event: null,
      error: expect.stringContaining(error),
      body: {
        sha256: createHash('sha256').update(body).digest('hex'),
        bytes: body.length,
        base64: body.subarray(0, 262_144).toString('base64'),
      },
    });
    await Promise.all([consuming.stop(), burying.stop()]);
    expect(await namespace.messagesIn(namespace.topology.queues.dead)).toBe(0);
  });
});
