// What the operator process reads from its environment.

import { handlerTimeout, httpLimits } from './http-limits.ts';
import { postgresSettings } from './postgres-settings.ts';
import { processSettings } from './process-settings.ts';
import { port, type Settings, text } from './settings.ts';

export const operatorLimits = {
  ...httpLimits('OPERATOR'),
  handlerTimeoutMs: handlerTimeout('OPERATOR'),
} satisfies Settings;

export const operatorSettings = {
  ...processSettings,
  ...postgresSettings,
  ...operatorLimits,
  host: text('BEFOREHAND_OPERATOR_HOST', 'Address the operator listens at.', '127.0.0.1'),
  port: port('BEFOREHAND_OPERATOR_PORT', 'Port the operator listens at.', 8083),
} satisfies Settings;
