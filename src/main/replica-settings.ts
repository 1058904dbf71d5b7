// What a replica reads from its environment.

import { brokerSettings } from './broker-settings.ts';
import { clientSettings } from './client-settings.ts';
import { handlerTimeout, httpLimits } from './http-limits.ts';
import { assetSettings, pageSettings } from './page-settings.ts';
import { processSettings } from './process-settings.ts';
import { replicaReceiptSettings } from './receipt-settings.ts';
import { integer, port, type Settings, text } from './settings.ts';
import { tokenLimits, tokenSettings } from './token-settings.ts';

/** Limits of a replica, wherever it runs: also in solo. */
export const replicaLimits = {
  ...httpLimits('REPLICA'),
  handlerTimeoutMs: handlerTimeout('REPLICA'),
  ...clientSettings,
  ...pageSettings,
  ...assetSettings,
  ...replicaReceiptSettings,
  ...tokenLimits,
  interactivePrefetch: integer(
    'BEFOREHAND_REPLICA_INTERACTIVE_PREFETCH',
    'Bundles of the interactive lane a replica lays down at a time.',
    { default: 50, min: 1, max: 10_000 },
  ),
  bulkPrefetch: integer(
    'BEFOREHAND_REPLICA_BULK_PREFETCH',
    'Bundles of the bulk lane a replica lays down at a time.',
    { default: 10, min: 1, max: 10_000 },
  ),
  pageTimeoutMs: integer(
    'BEFOREHAND_SNAPSHOT_PAGE_TIMEOUT_MS',
    'How long a replica waits for a page of a snapshot before it asks again.',
    { default: 5_000, min: 100, max: 300_000 },
  ),
  markerTimeoutMs: integer(
    'BEFOREHAND_REPLICA_MARKER_TIMEOUT_MS',
    'How long a replica waits for its own marker before it sends another one.',
    { default: 5_000, min: 100, max: 300_000 },
  ),
  retryMs: integer(
    'BEFOREHAND_REPLICA_RETRY_MS',
    'Pause of a replica after its disk refused a snapshot.',
    { default: 1_000, min: 10, max: 60_000 },
  ),
  rememberTicketsMs: integer(
    'BEFOREHAND_REPLICA_REMEMBER_TICKETS_MS',
    'How long a replica remembers that an event was settled.',
    { default: 120_000, min: 0, max: 3_600_000 },
  ),
  maxRememberedTickets: integer(
    'BEFOREHAND_REPLICA_MAX_REMEMBERED_TICKETS',
    'Settled events a replica remembers, about 150 bytes each; the eldest are forgotten first.',
    { default: 500_000, min: 1, max: 10_000_000 },
  ),
  maxWaitingReads: integer(
    'BEFOREHAND_REPLICA_MAX_WAITING_READS',
    'Reads that wait for an event at a time; more are answered at once.',
    { default: 5_000, min: 1, max: 1_000_000 },
  ),
  maxWaitingReadsPerUser: integer(
    'BEFOREHAND_REPLICA_MAX_WAITING_READS_PER_USER',
    'Reads of one user that wait for an event at a time; more are answered at once.',
    { default: 20, min: 1, max: 1_000_000 },
  ),
  genericMaxAgeS: integer(
    'BEFOREHAND_GENERIC_MAX_AGE_S',
    'How long shared caches may keep generic content.',
    { default: 5, min: 0, max: 86_400 },
  ),
  mapBytes: integer(
    'BEFOREHAND_REPLICA_MAP_BYTES',
    'Address space reserved for the documents at first; it grows with them.',
    { default: 1_073_741_824, min: 1_048_576, max: 1_099_511_627_776 },
  ),
  coldRate: integer(
    'BEFOREHAND_COLD_RATE',
    'Slots per second for which a replica asks the workers because a read found nothing there.',
    { default: 50, min: 1, max: 100_000 },
  ),
  maxAsked: integer(
    'BEFOREHAND_REPLICA_MAX_ASKED',
    'Slots a replica remembers to have asked for within the hour, about 300 bytes each.',
    { default: 200_000, min: 1, max: 10_000_000 },
  ),
  maxPositions: integer(
    'BEFOREHAND_MAX_POSITIONS',
    'Documents that a replica lays down as files for Nginx, each with its page; beyond it the eldest go.',
    { default: 500_000, min: 0, max: 100_000_000 },
  ),
  rewriteRate: integer(
    'BEFOREHAND_REWRITE_RATE',
    'Files rewritten each second after generic content changed; the old one is served meanwhile.',
    { default: 2_000, min: 1, max: 1_000_000 },
  ),
} satisfies Settings;

export const replicaSettings = {
  ...processSettings,
  ...brokerSettings,
  ...tokenSettings,
  ...replicaLimits,
  host: text('BEFOREHAND_REPLICA_HOST', 'Address the replica listens at.', '127.0.0.1'),
  port: port('BEFOREHAND_REPLICA_PORT', 'Port the replica listens at.', 8081),
  socketPath: text(
    'BEFOREHAND_REPLICA_SOCKET',
    'Unix socket the replica listens at as well, for the Nginx of its unit; of 103 bytes at most.',
    '',
  ),
  positionsDir: text(
    'BEFOREHAND_POSITIONS_DIR',
    "Directory of the files that Nginx serves; without it `positions` in the replica's own.",
    '',
  ),
  region: text('BEFOREHAND_REGION', 'The region that a replica serves; one of the configuration.'),
  instance: text(
    'BEFOREHAND_INSTANCE',
    'Names a replica on the broker: one name for each disk, unchanged when the process starts again.',
  ),
  directory: text(
    'BEFOREHAND_REPLICA_DATA_DIR',
    "Directory of a replica's documents, for this process alone.",
  ),
  maxLaneMessages: integer(
    'BEFOREHAND_REPLICA_QUEUE_MAX_MESSAGES',
    'Messages that wait in each queue of a replica; beyond it the eldest go, and a snapshot follows.',
    { default: 100_000, min: 100, max: 10_000_000 },
  ),
  maxLaneBytes: integer('BEFOREHAND_REPLICA_QUEUE_MAX_BYTES', 'The same in bytes.', {
    default: 1_073_741_824,
    min: 16_777_216,
    max: 1_099_511_627_776,
  }),
} satisfies Settings;
