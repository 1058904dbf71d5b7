// What the ingest reads from its environment.

import { brokerSettings } from './broker-settings.ts';
import { clientDoorSettings } from './client-door-settings.ts';
import { httpLimits } from './http-limits.ts';
import { processSettings } from './process-settings.ts';
import { integer, port, type Settings, text } from './settings.ts';
import { tokenLimits, tokenSettingsIfAny } from './token-settings.ts';

/** Limits of the ingest, wherever it runs: also in solo. */
export const ingestLimits = {
  ...httpLimits('INGEST'),
  ...tokenLimits,
  keysCheckEveryMs: integer(
    'BEFOREHAND_KEYS_CHECK_EVERY_MS',
    'How often that file is read: a revoked key is refused at most this much later.',
    { default: 1_000, min: 50, max: 5_000 },
  ),
  publishTimeoutMs: integer(
    'BEFOREHAND_INGEST_PUBLISH_TIMEOUT_MS',
    'How long a POST waits until all of its events are durable before it is answered 503.',
    { default: 3_000, min: 10, max: 60_000 },
  ),
  bulkEventsPerS: integer(
    'BEFOREHAND_INGEST_BULK_EVENTS_PER_S',
    'Events of the lane bulk taken of each producer, and of all clients together, a second while interactive ones come; more wait, or are answered 503.',
    { default: 500, min: 1, max: 1_000_000 },
  ),
  clientEventsPerS: integer(
    'BEFOREHAND_INGEST_CLIENT_EVENTS_PER_S',
    'Events of each lane that the clients of one user may report to one ingest, a second; more are answered 429.',
    { default: 10, min: 1, max: 100_000 },
  ),
  clientEventsBurst: integer(
    'BEFOREHAND_INGEST_CLIENT_EVENTS_BURST',
    'Events of each lane that the clients of one user may report to one ingest at once, after a while without any.',
    { default: 50, min: 1, max: 100_000 },
  ),
  maxClientUsers: integer(
    'BEFOREHAND_INGEST_MAX_CLIENT_USERS',
    'Users whose events of the last seconds an ingest counts, about 200 bytes each; others are answered 503 meanwhile.',
    { default: 100_000, min: 1, max: 10_000_000 },
  ),
  clockPatienceMs: integer(
    'BEFOREHAND_INGEST_CLOCK_PATIENCE_MS',
    "How long a starting ingest waits for a worker's word of the time before it goes by its own clock.",
    { default: 3_000, min: 0, max: 60_000 },
  ),
} satisfies Settings;

export const ingestSettings = {
  ...processSettings,
  ...brokerSettings,
  ...ingestLimits,
  ...tokenSettingsIfAny,
  corsOrigins: clientDoorSettings.corsOrigins,
  host: text('BEFOREHAND_INGEST_HOST', 'Address the ingest listens at.', '127.0.0.1'),
  port: port('BEFOREHAND_INGEST_PORT', 'Port the ingest listens at.', 8080),
  keysFile: text(
    'BEFOREHAND_KEYS_FILE',
    "JSON file of the producers' keys, as SHA-256 hashes. It may change at any time.",
  ),
} satisfies Settings;
