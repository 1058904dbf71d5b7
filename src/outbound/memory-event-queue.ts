// Events between ingest and worker in one process. They end with it: for solo mode and fast tests.

import { createHash } from 'node:crypto';
import { Failure } from '../domain/errors.ts';
import { type AcceptedEvent, type Lane, lanes } from '../domain/event.ts';
import type { EventConsumer, EventPublisher } from '../domain/ports.ts';
import type { DeadEvent, DeadEventConsumer } from '../domain/worker/dead-events.ts';
import { deliveryLimit } from '../wire/topology.ts';
import { type MemoryQueue, memoryQueue } from './memory-queue.ts';

export type MemoryEventQueue = EventPublisher &
  EventConsumer &
  DeadEventConsumer & {
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
  const { redeliveryDelayMs } = options;
  const deadEvents = memoryQueue<AcceptedEvent>({ redeliveryDelayMs });
  const lane = { redeliveryDelayMs, dead: { limit: deliveryLimit, take: deadEvents.push } };
  const queues: { readonly [L in Lane]: MemoryQueue<AcceptedEvent> } = {
    interactive: memoryQueue(lane),
    bulk: memoryQueue(lane),
  };
  const size = () => queues.interactive.size() + queues.bulk.size() + deadEvents.size();
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

    async consumeDeadEvents(handler) {
      return deadEvents.consume({ concurrency: 1, handle: (event) => handler(toDeadEvent(event)) });
    },
  };
}

function toDeadEvent(event: AcceptedEvent): DeadEvent {
  const bytes = Buffer.from(JSON.stringify(event));
  return {
    event,
    error: `It was delivered ${deliveryLimit + 1} times, and never done.`,
    body: {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      base64: bytes.toString('base64'),
    },
  };
}
