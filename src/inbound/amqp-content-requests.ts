// Where replicas' requests for content come into a worker.

import type { ContentRequestConsumer, EventDelivery } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import { decodeContentRequest } from '../wire/content-request-message.ts';

export function amqpContentRequests(deps: {
  broker: Broker;
  /** Requests that one worker handles at the same time. */
  prefetch: number;
}): ContentRequestConsumer {
  const { broker, prefetch } = deps;
  return {
    async consumeContentRequests(handler) {
      const subscription = {
        queue: broker.topology.queues.requested,
        prefetch,
        open: (body: Buffer) => {
          const request = decodeContentRequest(body);
          return ({ deliveryCount }: EventDelivery) => handler(request, { deliveryCount });
        },
      };
      return broker.consume({ purpose: 'content requests', subscriptions: [subscription] });
    },
  };
}
