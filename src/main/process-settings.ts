// What every process of ours reads from its environment.

import type { LogLevel } from '../outbound/pino-observer.ts';
import { type Setting, type Settings, text } from './settings.ts';

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

const logLevel: Setting<LogLevel> = {
  env: 'BEFOREHAND_LOG_LEVEL',
  about: `What is logged: ${logLevels.join(', ')}, and what is worse. debug has lines per event.`,
  default: 'info',
  parse(value) {
    const level = logLevels.find((name) => name === value);
    if (level === undefined) throw new Error(`must be one of: ${logLevels.join(', ')}`);
    return level;
  },
};

export const processSettings = {
  logLevel,
  configFile: text(
    'BEFOREHAND_CONFIG',
    'The configuration. Unless given: beforehand.config.ts or .js in the working directory; for solo home.config.ts where it is; for the command line that of what runs.',
    '',
  ),
} satisfies Settings;
