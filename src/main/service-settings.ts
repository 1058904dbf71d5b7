// What solo and the stack do with the services of a configuration.

import { integer, type Settings } from './settings.ts';

export const serviceSettings = {
  serviceReadyTimeoutMs: integer(
    'BEFOREHAND_SERVICE_READY_TIMEOUT_MS',
    'How long a service of the configuration may take until it listens; then the start goes on without it.',
    { default: 10_000, min: 100, max: 600_000 },
  ),
  serviceKillAfterMs: integer(
    'BEFOREHAND_SERVICE_KILL_AFTER_MS',
    'How long a service of the configuration may take to stop before it is killed.',
    { default: 3_000, min: 0, max: 600_000 },
  ),
} satisfies Settings;
