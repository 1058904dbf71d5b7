// Content between workers and replicas in one process, for solo mode and fast tests.

import type { ContentRequest } from '../domain/content-request.ts';
import { Failure } from '../domain/errors.ts';
import type { Lane } from '../domain/event.ts';
import type {
  ContentFeed,
  ContentRequestConsumer,
  FanOut,
  PageRequest,
  PageRequestConsumer,
} from '../domain/ports.ts';
import type { ReplicaReport } from '../domain/receipt.ts';
import type { ReportConsumer } from '../domain/worker/store-reports.ts';
import { type MemoryQueue, memoryQueue } from './memory-queue.ts';
import { type MemoryReplicaQueues, memoryReplicaQueues } from './memory-replica-queues.ts';

export type MemoryContentExchange = FanOut &
  PageRequestConsumer &
  ContentRequestConsumer &
  ReportConsumer & {
    feedOf(replica: {
      region: string;
      instance: string;
      /** Messages of a lane that are handled at the same time. */
      prefetch: { readonly [L in Lane]: number };
    }): ContentFeed;
  };

/** As many as a worker has places for cold reads by default. */
const contentRequestConcurrency = 50;

export function memoryContentExchange(options: {
  /** Messages that wait in one queue; beyond it the eldest are dropped. */
  maxMessages: number;
  redeliveryDelayMs: number;
}): MemoryContentExchange {
  const replicas = new Map<string, MemoryReplicaQueues>();
  const pageRequests = memoryQueue<PageRequest>(options);
  const contentRequests = memoryQueue<ContentRequest>(options);
  const reports = memoryQueue<ReplicaReport>(options);

  function enqueueBounded<Message>(queue: MemoryQueue<Message>, message: Message): void {
    queue.push(message);
    if (queue.waiting() > options.maxMessages) queue.dropEldest();
  }

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
      return pageRequests.consume({ concurrency: 1, handle: handler });
    },
    async consumeContentRequests(handler) {
      return contentRequests.consume({
        concurrency: contentRequestConcurrency,
        handle: (request, deliveryCount) => handler(request, { deliveryCount }),
      });
    },
    async consumeReports(handler) {
      return reports.consume({ concurrency: 1, handle: handler });
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
        enqueueBounded(pageRequests, { instance, region, snapshotId, after });
      },
      async requestContent(request) {
        enqueueBounded(contentRequests, request);
      },
      async sendReport(report) {
        enqueueBounded(reports, { region, instance, ...report });
      },
      async sendMarker(id) {
        known(instance).enqueue('interactive', { kind: 'marker', id });
      },
    }),
  };
}
