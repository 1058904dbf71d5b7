// What a worker does with a replica's report: it stores what it says.

import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import type { ReceiptStore, ReplicaReport } from '../receipt.ts';

export type ReportConsumer = {
  /** Each report goes to one worker. One whose handler rejects is delivered again. */
  consumeReports(handler: (report: ReplicaReport) => Promise<void>): Promise<Running>;
};

export function createStoreReport(parts: {
  store: Pick<ReceiptStore, 'storeReport'>;
  observe: Observe;
}): (report: ReplicaReport) => Promise<void> {
  return async (report) => {
    const receipts = await parts.store.storeReport(report);
    if (receipts > 0) parts.observe({ kind: 'receipts_stored', receipts });
  };
}
