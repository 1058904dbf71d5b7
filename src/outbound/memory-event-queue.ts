// Events between ingest and worker in one process. They end with it: for solo mode and fast tests.

import { Failure } from '../domain/errors.ts';
import { type AcceptedEvent, type Lane, lanes } from '../domain/event.ts';
import type { EventConsumer, EventPublisher } from '../domain/ports.ts';
import { type MemoryQueue, memoryQueue } from './memory-queue.ts';

export type MemoryEventQueue = EventPublisher &
  EventConsumer & {
    /** Events that wait or are being handled. */
    size(): number;
  };

export function memoryEventQueue(options: {
  /** Events queued or being handled; more are `unavailable`. */
  maxEvents: number;
  /** Events of a lane that one consumer handles at the same time. */
  prefetch: { readonly [L in Lane]: number };
  redeliveryDelayMs: number;
}): MemoryEventQueue {
  const queues: { readonly [L in Lane]: MemoryQueue<AcceptedEvent> } = {
    interactive: memoryQueue(options),
    bulk: memoryQueue(options),
  };
  const size = () => queues.interactive.size() + queues.bulk.size();
  return {
    size,
    async publish(events) {
      if (size() + events.length > options.maxEvents) {
        throw new Failure('unavailable', `${size()} events wait already.`);
      }
      for (const event of events) queues[event.lane].push(event);
    },
    async consume(handler) {
      const running = lanes.map((lane) =>
        queues[lane].consume({
          concurrency: options.prefetch[lane],
          handle: (event, deliveryCount) => handler(event, { deliveryCount }),
        }),
      );
      return {
        async stop() {
          await Promise.all(running.map((lane) => lane.stop()));
        },
      };
    },
  };
}
