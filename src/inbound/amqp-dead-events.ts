// Where a worker finds what the broker took away from the queues of events.

import { createHash } from 'node:crypto';
import { describeError } from '../domain/errors.ts';
import type { DeadEvent, DeadEventConsumer } from '../domain/worker/dead-events.ts';
import type { Broker } from '../wire/broker.ts';
import type { Delivery } from '../wire/broker-consumer.ts';
import { decodeEvent } from '../wire/event-message.ts';

/** Of an event's body more is never there; of anything else it is enough to see what it was. */
const maxKeptBytes = 256 * 1024;

export function amqpDeadEvents(deps: {
  broker: Broker;
  /** Dead events that one worker handles at the same time. */
  prefetch: number;
}): DeadEventConsumer {
  const { broker, prefetch } = deps;
  return {
    async consumeDeadEvents(handler) {
      const subscription = {
        queue: broker.topology.queues.dead,
        prefetch,
        // Whatever it is, it is taken: there is no place behind this one.
        open: (body: Buffer) => (delivery: Delivery) => handler(toDeadEvent(body, delivery)),
      };
      return broker.consume({ purpose: 'dead events', subscriptions: [subscription] });
    },
  };
}

function toDeadEvent(body: Buffer, { deathReason }: Delivery): DeadEvent {
  const kept = {
    sha256: createHash('sha256').update(body).digest('hex'),
    bytes: body.length,
    base64: body.toString('base64', 0, maxKeptBytes),
  };
  try {
    const error = `No worker finished it; the broker gave it up (${deathReason ?? 'no reason given'}).`;
    return { event: decodeEvent(body), error, body: kept };
  } catch (error) {
    return { event: null, error: describeError(error), body: kept };
  }
}
