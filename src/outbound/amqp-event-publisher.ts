// Step 2 of an event's way: a confirmed, routed publish to the queue of its lane.

import type { EventPublisher } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import { encodeEvent } from '../wire/event-message.ts';
import { eventKey } from '../wire/topology.ts';

export function amqpEventPublisher(deps: {
  broker: Broker;
  confirmDeadlineMs: number;
}): EventPublisher {
  const { broker, confirmDeadlineMs: deadlineMs } = deps;
  const exchange = broker.topology.exchanges.events;
  return {
    async publish(events) {
      // All are written before the first is sent: one that cannot be written costs no other.
      const messages = events.map((event) => {
        return { exchange, key: eventKey(event.lane), body: encodeEvent(event), deadlineMs };
      });
      const results = await Promise.allSettled(messages.map(broker.publish));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
