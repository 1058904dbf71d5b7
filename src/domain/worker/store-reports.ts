// What a worker does with a replica's report: it stores what it says.

import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import type { ReceiptStore, ReplicaReport } from '../receipt.ts';
import type { UntilAvailable } from './until-available.ts';

export type ReportConsumer = {
  /** Each report goes to one worker. One whose handler rejects is delivered again. */
  consumeReports(handler: (report: ReplicaReport) => Promise<void>): Promise<Running>;
};

export function createStoreReport(parts: {
  store: Pick<ReceiptStore, 'storeReport'>;
  untilAvailable: UntilAvailable;
  observe: Observe;
}): (report: ReplicaReport) => Promise<void> {
  const { store, untilAvailable, observe } = parts;
  return async (report) => {
    // Given back instead, it would be dropped after a few tries, long before Postgres is back.
    const receipts = await untilAvailable(() => store.storeReport(report));
    if (receipts > 0) observe({ kind: 'receipts_stored', receipts });
  };
}
