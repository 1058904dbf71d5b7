// What the command line reads from its environment. All of it may be left out beside solo or the stack.

import { dataDirSetting } from './data-dir.ts';
import { processSettings } from './process-settings.ts';
import { type Setting, type Settings, text } from './settings.ts';

const instead = 'that of solo or the stack in the data directory unless given.';

const regionUrls: Setting<{ readonly [region: string]: string }> = {
  env: 'BEFOREHAND_REGION_URLS',
  about: `Regions and their doors, as in eu=https://eu.example,us=https://us.example; ${instead}`,
  default: {},
  parse(value) {
    const pairs = value.split(',').map((pair) => /^\s*([a-z][a-z0-9-]*)=(\S+?)\/?\s*$/.exec(pair));
    if (pairs.some((pair) => !isHttpUrl(pair?.[2] ?? ''))) {
      throw new Error('must look like eu=https://eu.example,us=https://us.example');
    }
    return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
  },
};

export const cliSettings = {
  ...dataDirSetting,
  regionUrls,
  postgresUrl: text('BEFOREHAND_POSTGRES_URL', `Where Postgres is; ${instead}`, ''),
  amqpUrl: text('BEFOREHAND_AMQP_URL', `Where RabbitMQ is; ${instead}`, ''),
  namespace: text('BEFOREHAND_AMQP_NAMESPACE', 'Set before every name on the broker.', ''),
  ingestUrl: httpUrl(
    'BEFOREHAND_INGEST_URL',
    `Where the command line finds the ingest; ${instead}`,
  ),
  operatorUrl: httpUrl(
    'BEFOREHAND_OPERATOR_URL',
    `Where the command line finds the operator process; ${instead}`,
  ),
  producerKey: text(
    'BEFOREHAND_PRODUCER_KEY',
    `The key with which the command line sends events; ${instead}`,
    '',
  ),
  keysFile: text('BEFOREHAND_KEYS_FILE', `The producers' keys file; ${instead}`, ''),
  configFile: processSettings.configFile,
} satisfies Settings;

function httpUrl(env: string, about: string): Setting<string> {
  return {
    ...text(env, about, ''),
    parse(value) {
      if (!isHttpUrl(value)) throw new Error('must be a URL that starts with http:// or https://');
      return value.replace(/\/$/, '');
    },
  };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/[^/]/.test(text);
}
