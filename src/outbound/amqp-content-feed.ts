// A replica's way to and from the workers: its own queues, its requests and its markers.
//
// It both consumes and publishes, and stands here because the domain calls it: following is
// something a replica decides to do, not something that happens to it.

import type { Lane } from '../domain/event.ts';
import type { ContentFeed, FeedHandlers } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import type { Subscription } from '../wire/broker-consumer.ts';
import { decodeLaneMessage } from '../wire/bundle-message.ts';
import { encodeContentRequest } from '../wire/content-request-message.ts';
import { encodeMarker } from '../wire/marker-message.ts';
import { decodePage } from '../wire/page-message.ts';
import { encodePageRequest } from '../wire/page-request-message.ts';
import { createLaneReceiver } from '../wire/receive-lane.ts';
import { encodeReport } from '../wire/report-message.ts';
import {
  contentRequestKey,
  type LaneLimits,
  markerKey,
  pageRequestKey,
  receiptKey,
} from '../wire/topology.ts';

export function amqpContentFeed(deps: {
  broker: Broker;
  region: string;
  /** Names this replica for as long as its disk lives. */
  instance: string;
  /** Messages of a lane that are handled at the same time. */
  prefetch: { readonly [L in Lane]: number };
  /** Bounds of each of its queues; other ones than last time make the queues anew. */
  limits: LaneLimits;
  confirmDeadlineMs: number;
}): ContentFeed {
  const { broker, region, instance, prefetch, confirmDeadlineMs: deadlineMs } = deps;
  const { exchanges, replicaQueues } = broker.topology;
  const queues = replicaQueues({ region, instance }, deps.limits);

  const laneOf = (lane: Lane, handlers: FeedHandlers): Subscription => {
    const receive = createLaneReceiver(handlers);
    const open = (body: Buffer) => {
      const message = decodeLaneMessage(body);
      return () => receive(message);
    };
    return { queue: queues[lane].name, prefetch: prefetch[lane], open };
  };

  return {
    async follow(handlers) {
      return broker.consume({
        purpose: 'content',
        own: Object.values(queues),
        // First the notice: what the queues hold is worth less once something is missing.
        subscriptions: [
          { queue: queues.overflow.name, prefetch: 1, open: () => overflow(handlers) },
          { queue: queues.pages.name, prefetch: 1, open: (body) => page(body, handlers) },
          laneOf('interactive', handlers),
          laneOf('bulk', handlers),
        ],
        onBound: handlers.onBound,
      });
    },
    async requestPage(after, snapshotId) {
      const body = encodePageRequest({ instance, region, snapshotId, after });
      await broker.publish({
        ...{ exchange: exchanges.edge, key: pageRequestKey(region) },
        ...{ body, deadlineMs },
      });
    },
    async requestContent(request) {
      const body = encodeContentRequest(request);
      await broker.publish({
        ...{ exchange: exchanges.edge, key: contentRequestKey(region) },
        ...{ body, deadlineMs },
      });
    },
    async sendReport(report) {
      const body = encodeReport({ region, instance, ...report });
      const exchange = exchanges.edge;
      await broker.publish({ exchange, key: receiptKey(region), body, deadlineMs });
    },
    async sendMarker(id) {
      const key = markerKey(region, instance);
      await broker.publish({ exchange: exchanges.edge, key, body: encodeMarker(id), deadlineMs });
    },
  };
}

function page(body: Buffer, handlers: FeedHandlers): () => Promise<void> {
  const page = decodePage(body);
  return () => handlers.onPage(page);
}

/** A message refused as unreadable also dies into the overflow queue; the queue lost no other. */
function overflow(handlers: FeedHandlers): ReturnType<Subscription['open']> {
  return async ({ deathReason }) => {
    if (deathReason !== 'rejected') handlers.onOverflow();
  };
}
