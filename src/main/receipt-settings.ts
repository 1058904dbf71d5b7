// How receipts are gathered by a replica and stored by a worker.

import { maxReceipts } from '../wire/report-message.ts';
import { integer, type Settings } from './settings.ts';

export const replicaReceiptSettings = {
  receiptsEveryMs: integer(
    'BEFOREHAND_RECEIPTS_EVERY_MS',
    'How often a replica sends receipts of what it has positioned.',
    { default: 1_000, min: 10, max: 60_000 },
  ),
  maxReceipts: integer(
    'BEFOREHAND_RECEIPTS_MAX_BATCH',
    'Receipts in one message; when as many wait they are sent at once.',
    { default: 500, min: 1, max: maxReceipts },
  ),
  maxWaitingReceipts: integer(
    'BEFOREHAND_RECEIPTS_MAX_WAITING',
    'Receipts a replica keeps while the broker takes none, about 200 bytes each; beyond it the eldest are dropped.',
    { default: 100_000, min: 1, max: 10_000_000 },
  ),
  heartbeatMs: integer(
    'BEFOREHAND_RECEIPTS_HEARTBEAT_MS',
    'How often a replica that has no receipts says that it lives.',
    { default: 10_000, min: 100, max: 600_000 },
  ),
} satisfies Settings;

export const workerReceiptSettings = {
  reportPrefetch: integer(
    'BEFOREHAND_RECEIPTS_PREFETCH',
    'Messages with receipts that one worker stores at the same time.',
    { default: 4, min: 1, max: 1_000 },
  ),
} satisfies Settings;
