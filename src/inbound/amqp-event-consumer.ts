// Where events come into a worker: a bounded number of each lane at a time.

import { type Lane, lanes } from '../domain/event.ts';
import type { EventConsumer } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import { decodeEvent } from '../wire/event-message.ts';

export function amqpEventConsumer(deps: {
  broker: Broker;
  /** Events of a lane that are handled at the same time. */
  prefetch: { readonly [L in Lane]: number };
}): EventConsumer {
  const { broker, prefetch } = deps;
  return {
    async consume(handler) {
      const subscriptions = lanes.map((lane) => ({
        queue: broker.topology.queues.prepare[lane],
        prefetch: prefetch[lane],
        open: (body: Buffer) => {
          const event = decodeEvent(body);
          return ({ deliveryCount }: { deliveryCount: number }) =>
            handler(event, { deliveryCount });
        },
      }));
      return broker.consume({ purpose: 'events', subscriptions });
    },
  };
}
