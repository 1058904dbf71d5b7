// What the clients' door of a replica lets in beside plain reads: streams, cookies, other origins.

import { clientDoorSettings } from './client-door-settings.ts';
import { integer, type Settings } from './settings.ts';

export const clientSettings = {
  ...clientDoorSettings,
  maxStreams: integer(
    'BEFOREHAND_REPLICA_MAX_STREAMS',
    'Streams open at a time; more are answered 503.',
    { default: 4_000, min: 1, max: 1_000_000 },
  ),
  maxStreamsPerUser: integer(
    'BEFOREHAND_REPLICA_MAX_STREAMS_PER_USER',
    'Streams of one user open at a time; more are answered 503.',
    { default: 10, min: 1, max: 1_000_000 },
  ),
  streamHeartbeatMs: integer(
    'BEFOREHAND_STREAM_HEARTBEAT_MS',
    'How often a silent stream says that it is alive, and looks whether its document has changed.',
    { default: 15_000, min: 50, max: 30_000 },
  ),
  streamStallMs: integer(
    'BEFOREHAND_STREAM_STALL_MS',
    'How long a client may take nothing of what a stream sends before it is cut off.',
    { default: 30_000, min: 50, max: 300_000 },
  ),
} satisfies Settings;
