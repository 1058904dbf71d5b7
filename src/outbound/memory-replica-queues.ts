// The queues of one replica in memory: bounded, and kept while the replica is away.

import type { SnapshotPage } from '../domain/document.ts';
import { type Lane, lanes } from '../domain/event.ts';
import type { FeedHandlers, Running } from '../domain/ports.ts';
import type { LaneMessage } from '../wire/bundle-message.ts';
import { createLaneReceiver } from '../wire/receive-lane.ts';
import { type MemoryQueue, memoryQueue } from './memory-queue.ts';

export type MemoryReplicaQueues = {
  enqueue(lane: Lane, message: LaneMessage): void;
  enqueuePage(page: SnapshotPage): void;
  /** Tells first what was dropped while nobody followed. */
  follow(handlers: FeedHandlers, prefetch: { readonly [L in Lane]: number }): Running;
};

export function memoryReplicaQueues(options: {
  maxMessages: number;
  redeliveryDelayMs: number;
}): MemoryReplicaQueues {
  const queues = {
    interactive: memoryQueue<LaneMessage>(options),
    bulk: memoryQueue<LaneMessage>(options),
  };
  const pages = memoryQueue<SnapshotPage>(options);
  let tellOverflow: (() => void) | null = null;
  let isOverflowUntold = false;

  function enqueueBounded<Message>(queue: MemoryQueue<Message>, message: Message): void {
    queue.push(message);
    if (queue.waiting() <= options.maxMessages) return;
    queue.dropEldest();
    if (tellOverflow === null) isOverflowUntold = true;
    else tellOverflow();
  }

  return {
    enqueue: (lane, message) => enqueueBounded(queues[lane], message),
    enqueuePage: (page) => enqueueBounded(pages, page),
    follow(handlers, prefetch) {
      tellOverflow = () => handlers.onOverflow();
      if (isOverflowUntold) tellOverflow();
      isOverflowUntold = false;
      const running = lanes.map((lane) => {
        const handle = createLaneReceiver(handlers);
        return queues[lane].consume({ concurrency: prefetch[lane], handle });
      });
      running.push(pages.consume({ concurrency: 1, handle: handlers.onPage }));
      return {
        async stop() {
          tellOverflow = null;
          await Promise.all(running.map((consumer) => consumer.stop()));
        },
      };
    },
  };
}
