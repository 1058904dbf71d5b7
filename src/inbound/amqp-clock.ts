// Where words of the clock come into an ingest: through a queue of its own.

import { randomUUID } from 'node:crypto';
import type { ClockListener } from '../domain/clock-broadcast.ts';
import type { Broker } from '../wire/broker.ts';
import { decodeClock } from '../wire/clock-message.ts';
import { clockQueue } from '../wire/clock-queue.ts';

export function amqpClockListener({ broker }: { broker: Broker }): ClockListener {
  return {
    async listen(hear) {
      const queue = clockQueue(broker.topology, randomUUID());
      return broker.consume({
        purpose: 'clock',
        own: [queue],
        subscriptions: [
          {
            queue: queue.name,
            prefetch: 1,
            open: (body) => {
              const unixMs = decodeClock(body);
              return async () => hear(unixMs);
            },
          },
        ],
      });
    },
  };
}
