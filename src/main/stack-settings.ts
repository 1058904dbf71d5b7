// What `npm run stack` reads from its environment.

import { dataDirSetting } from './data-dir.ts';
import { serviceSettings } from './service-settings.ts';
import { integer, type Settings, text } from './settings.ts';

export const stackSettings = {
  ...dataDirSetting,
  ...serviceSettings,
  configFile: text('BEFOREHAND_CONFIG', 'What this installation does; see docs/authors.md.', ''),
  amqpUrl: text('BEFOREHAND_AMQP_URL', 'A broker to use instead of a private one.', ''),
  postgresUrl: text('BEFOREHAND_POSTGRES_URL', 'A Postgres to use instead of a private one.', ''),
  readyTimeoutMs: integer(
    'BEFOREHAND_STACK_READY_TIMEOUT_MS',
    'How long a process of the stack may take to become ready.',
    { default: 60_000, min: 1_000, max: 600_000 },
  ),
  killAfterMs: integer(
    'BEFOREHAND_STACK_KILL_AFTER_MS',
    'How long a process of the stack may take to stop before it is killed.',
    { default: 30_000, min: 100, max: 600_000 },
  ),
  inspectorTimeoutMs: integer(
    'BEFOREHAND_INSPECTOR_STATEMENT_TIMEOUT_MS',
    'How long a statement of the read-only role for psql may take.',
    { default: 30_000, min: 100, max: 3_600_000 },
  ),
} satisfies Settings;
