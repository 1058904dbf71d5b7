// Step 5, fan out: content to every region, in messages of bounded size.

import { Failure } from '../domain/errors.ts';
import type { FanOut } from '../domain/ports.ts';
import type { Broker } from '../wire/broker.ts';
import { encodeBundle } from '../wire/bundle-message.ts';
import { encodePage } from '../wire/page-message.ts';
import { type BundleLimits, splitBundle } from '../wire/split-bundle.ts';
import { contentKey, instanceKey, wordPattern } from '../wire/topology.ts';

export function amqpFanOut(deps: {
  broker: Broker;
  confirmDeadlineMs: number;
  limits: BundleLimits;
}): FanOut {
  const { broker, confirmDeadlineMs: deadlineMs, limits } = deps;
  const exchange = broker.topology.exchanges.content;
  return {
    async send(bundle) {
      const key = contentKey(bundle.lane);
      // On one channel to the same queues, so the parts arrive in this order.
      const sent = splitBundle(bundle, limits).map((part) => {
        return broker.publish({ exchange, key, body: encodeBundle(part), deadlineMs });
      });
      const failed = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected') throw failed.reason;
    },
    async sendPage(instance, page) {
      if (!wordPattern.test(instance)) {
        throw new Failure('rejected', `"${instance}" is not an instance.`);
      }
      const key = instanceKey(instance);
      await broker.publish({ exchange, key, body: encodePage(page), deadlineMs });
    },
  };
}
