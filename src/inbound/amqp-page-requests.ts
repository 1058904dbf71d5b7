// Where replicas' requests for pages of a snapshot come into a worker.

import type { PageRequestConsumer } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import { decodePageRequest } from '../wire/page-request-message.ts';

export function amqpPageRequests(deps: {
  broker: Broker;
  /** Pages that one worker reads at the same time. */
  prefetch: number;
}): PageRequestConsumer {
  const { broker, prefetch } = deps;
  return {
    async consumePageRequests(handler) {
      const subscription = {
        queue: broker.topology.queues.pages,
        prefetch,
        open: (body: Buffer, key: string) => {
          const request = decodePageRequest(body, key);
          return () => handler(request);
        },
      };
      return broker.consume({ purpose: 'page requests', subscriptions: [subscription] });
    },
  };
}
