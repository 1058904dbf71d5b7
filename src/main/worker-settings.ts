// What a worker reads from its environment.

import { brokerSettings } from './broker-settings.ts';
import { postgresSettings } from './postgres-settings.ts';
import { processSettings } from './process-settings.ts';
import { workerReceiptSettings } from './receipt-settings.ts';
import { retentionSettings } from './retention-settings.ts';
import { integer, port, type Settings, text } from './settings.ts';

/** Limits of a worker, wherever it runs: also in solo. */
export const workerLimits = {
  ...workerReceiptSettings,
  interactivePrefetch: integer(
    'BEFOREHAND_WORKER_INTERACTIVE_PREFETCH',
    'Interactive events one worker holds at a time.',
    { default: 200, min: 1, max: 10_000 },
  ),
  bulkPrefetch: integer(
    'BEFOREHAND_WORKER_BULK_PREFETCH',
    'Bulk events one worker holds at a time.',
    { default: 50, min: 1, max: 10_000 },
  ),
  requestedPrefetch: integer(
    'BEFOREHAND_WORKER_REQUESTED_PREFETCH',
    'Requests for content, from cold reads, one worker holds at a time.',
    { default: 50, min: 1, max: 10_000 },
  ),
  deadPrefetch: integer(
    'BEFOREHAND_WORKER_DEAD_PREFETCH',
    'Events given up by the broker that one worker buries at a time.',
    { default: 10, min: 1, max: 1000 },
  ),
  threads: integer(
    'BEFOREHAND_WORKER_THREADS',
    'Threads that run generators and reactions. While one stands still for long, another stands in for it, so at worst there are twice as many.',
    { default: 2, min: 1, max: 64 },
  ),
  threadMaxHeapMib: integer(
    'BEFOREHAND_WORKER_THREAD_MAX_HEAP_MIB',
    'Heap of one such thread, in MiB; one that needs more is ended. One step that needs much more ends the worker.',
    { default: 512, min: 16, max: 8192 },
  ),
  unitsPerThread: integer(
    'BEFOREHAND_WORKER_UNITS_PER_THREAD',
    'Units that run in one thread at the same time.',
    { default: 50, min: 1, max: 10_000 },
  ),
  aloneThreads: integer(
    'BEFOREHAND_WORKER_ALONE_THREADS',
    'Threads for units that run alone because one of them may have ended a thread, and as many for those of them that failed before.',
    { default: 2, min: 1, max: 64 },
  ),
  maxWaitingUnits: integer(
    'BEFOREHAND_WORKER_MAX_WAITING_UNITS',
    'Units that wait for a thread; more are parked.',
    { default: 10_000, min: 1, max: 1_000_000 },
  ),
  threadStartTimeoutMs: integer(
    'BEFOREHAND_WORKER_THREAD_START_TIMEOUT_MS',
    'How long a thread may take to load the configuration.',
    { default: 10_000, min: 100, max: 300_000 },
  ),
  maxCommitUnits: integer('BEFOREHAND_COMMIT_MAX_UNITS', 'Units in one transaction.', {
    default: 100,
    min: 1,
    max: 1000,
  }),
  maxCommits: integer(
    'BEFOREHAND_COMMIT_MAX_CONCURRENT',
    'Transactions that one worker has under way for each lane; what ends meanwhile shares the next.',
    { default: 1, min: 1, max: 100 },
  ),
  beginIntervalMs: integer(
    'BEFOREHAND_BEGIN_INTERVAL_MS',
    'Events that reach a worker within it begin together. One that comes alone begins at once, and so does an interactive one that a unit reported.',
    { default: 25, min: 0, max: 1000 },
  ),
  commitIntervalMs: integer(
    'BEFOREHAND_COMMIT_INTERVAL_MS',
    'Units that end within it are stored together, while others run that end soon; so is what generators make of one event.',
    { default: 20, min: 0, max: 1000 },
  ),
  bulkIntervalMs: integer(
    'BEFOREHAND_BULK_INTERVAL_MS',
    'While interactive events come, at most 100 bulk events begin in it, and never more than their prefetch.',
    { default: 200, min: 0, max: 60_000 },
  ),
  fanOutPatienceMs: integer(
    'BEFOREHAND_FAN_OUT_PATIENCE_MS',
    'How long a worker tries to fan out before it notes the users as unsent.',
    { default: 10_000, min: 100, max: 600_000 },
  ),
  saturationPatienceMs: integer(
    'BEFOREHAND_SATURATION_PATIENCE_MS',
    'How long a unit waits for a turn of its saturated generator before it is parked.',
    { default: 1000, min: 1, max: 60_000 },
  ),
  circuitMaxFailures: integer(
    'BEFOREHAND_CIRCUIT_MAX_FAILURES',
    'Consecutive failures of a generator or reaction that open its circuit in a worker.',
    { default: 20, min: 1, max: 10_000 },
  ),
  circuitWindowMs: integer(
    'BEFOREHAND_CIRCUIT_WINDOW_MS',
    'Within how long these failures must follow each other.',
    { default: 60_000, min: 1, max: 3_600_000 },
  ),
  circuitHalfOpenAfterMs: integer(
    'BEFOREHAND_CIRCUIT_HALF_OPEN_AFTER_MS',
    'How long an open circuit parks all its units before it lets one of them probe.',
    { default: 10_000, min: 1, max: 3_600_000 },
  ),
  firstRetryDelayMs: integer(
    'BEFOREHAND_FIRST_RETRY_DELAY_MS',
    'Delay before the second attempt of a unit.',
    { default: 1000, min: 1, max: 3_600_000 },
  ),
  secondRetryDelayMs: integer(
    'BEFOREHAND_SECOND_RETRY_DELAY_MS',
    'Delay before the third attempt of a unit.',
    { default: 10_000, min: 1, max: 3_600_000 },
  ),
  thirdRetryDelayMs: integer(
    'BEFOREHAND_THIRD_RETRY_DELAY_MS',
    'Delay before the fourth and last attempt of a unit.',
    { default: 60_000, min: 1, max: 3_600_000 },
  ),
  sweepEveryMs: integer(
    'BEFOREHAND_SWEEP_EVERY_MS',
    'How often a worker looks for parked units, unsent content and reported events that are due.',
    { default: 500, min: 10, max: 60_000 },
  ),
  leaseMs: integer(
    'BEFOREHAND_LEASE_MS',
    'How long a worker has for a parked unit, beside running it, before another may take it.',
    { default: 60_000, min: 1000, max: 3_600_000 },
  ),
  maxPageBytes: integer(
    'BEFOREHAND_SNAPSHOT_MAX_PAGE_BYTES',
    'Content bytes in one page of a snapshot.',
    { default: 1_048_576, min: 1024, max: 8_388_608 },
  ),
  ...retentionSettings,
} satisfies Settings;

export const workerSettings = {
  ...processSettings,
  ...brokerSettings,
  ...postgresSettings,
  ...workerLimits,
  stopTimeoutMs: integer(
    'BEFOREHAND_WORKER_STOP_TIMEOUT_MS',
    'How long a stopping worker may finish what it began; what is left is delivered again.',
    { default: 30_000, min: 0, max: 600_000 },
  ),
  host: text('BEFOREHAND_WORKER_HOST', 'Address the worker tells its health at.', '127.0.0.1'),
  port: port('BEFOREHAND_WORKER_PORT', 'Port the worker tells its health at.', 8084),
  maxBundleDocuments: integer(
    'BEFOREHAND_BUNDLE_MAX_DOCUMENTS',
    'Documents in one message to the regions.',
    { default: 100, min: 1, max: 10_000 },
  ),
  maxBundleBytes: integer(
    'BEFOREHAND_BUNDLE_MAX_BYTES',
    'Bytes of one message to the regions; a larger document travels alone.',
    { default: 524_288, min: 1024, max: 8_388_608 },
  ),
  pagePrefetch: integer(
    'BEFOREHAND_SNAPSHOT_PREFETCH',
    'Pages of snapshots that one worker reads at the same time.',
    { default: 2, min: 1, max: 100 },
  ),
} satisfies Settings;
