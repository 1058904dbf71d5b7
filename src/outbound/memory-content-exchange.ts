// Content between workers and replicas in one process, for solo mode and fast tests.

import { Failure } from '../domain/errors.ts';
import type { Lane } from '../domain/event.ts';
import type { ContentFeed, FanOut, PageRequest, PageRequestConsumer } from '../domain/ports.ts';
import { memoryQueue } from './memory-queue.ts';
import { type MemoryReplicaQueues, memoryReplicaQueues } from './memory-replica-queues.ts';

export type MemoryContentExchange = FanOut &
  PageRequestConsumer & {
    feedOf(replica: {
      region: string;
      instance: string;
      /** Messages of a lane that are handled at the same time. */
      prefetch: { readonly [L in Lane]: number };
    }): ContentFeed;
  };

export function memoryContentExchange(options: {
  /** Messages that wait in one queue; beyond it the eldest are dropped. */
  maxMessages: number;
  redeliveryDelayMs: number;
}): MemoryContentExchange {
  const replicas = new Map<string, MemoryReplicaQueues>();
  const requests = memoryQueue<PageRequest>(options);

  function known(instance: string): MemoryReplicaQueues {
    const queues = replicas.get(instance);
    if (queues === undefined) throw new Failure('unavailable', `Nobody follows as "${instance}".`);
    return queues;
  }

  return {
    async send(bundle) {
      const { documents, generic, resolved } = bundle;
      if (documents.length + generic.length + resolved.length === 0) return;
      if (replicas.size === 0) throw new Failure('unavailable', 'No region follows.');
      for (const queues of replicas.values()) {
        queues.enqueue(bundle.lane, { kind: 'bundle', bundle });
      }
    },
    async sendPage(instance, page) {
      known(instance).enqueuePage(page);
    },
    async consumePageRequests(handler) {
      return requests.consume({ concurrency: 1, handle: handler });
    },
    feedOf: ({ region, instance, prefetch }) => ({
      async follow(handlers) {
        const wereKept = replicas.has(instance);
        const queues = replicas.get(instance) ?? memoryReplicaQueues(options);
        replicas.set(instance, queues);
        handlers.onBound({ wereKept });
        return queues.follow(handlers, prefetch);
      },
      async requestPage(after, snapshotId) {
        requests.push({ instance, region, snapshotId, after });
        if (requests.waiting() > options.maxMessages) requests.dropEldest();
      },
      async sendMarker(id) {
        known(instance).enqueue('interactive', { kind: 'marker', id });
      },
    }),
  };
}
