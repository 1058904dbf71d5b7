// Where replicas' reports come into a worker: what they have positioned, and that they live.

import type { ReportConsumer } from '../domain/worker/store-reports.ts';
import type { Broker } from '../wire/broker.ts';
import { decodeReport } from '../wire/report-message.ts';

export function amqpReports(deps: {
  broker: Broker;
  /** Reports that one worker stores at the same time. */
  prefetch: number;
}): ReportConsumer {
  const { broker, prefetch } = deps;
  return {
    async consumeReports(handler) {
      const subscription = {
        queue: broker.topology.queues.receipts,
        prefetch,
        open: (body: Buffer, key: string) => {
          const report = decodeReport(body, key);
          return () => handler(report);
        },
      };
      return broker.consume({ purpose: 'reports', subscriptions: [subscription] });
    },
  };
}
