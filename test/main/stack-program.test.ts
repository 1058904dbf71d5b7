// What a process of the stack gets of the environment of whoever starts it.

import { expect, it } from 'vitest';
import { givenEnv, hostEnv, withoutWithheld } from '../../src/main/stack-program.ts';

const shell = {
  PATH: '/usr/bin',
  NODE_OPTIONS: '--no-warnings',
  CLOUD_SECRET: 's3cret',
  BEFOREHAND_LOG_LEVEL: 'debug',
  BEFOREHAND_AMQP_URL: 'amqp://broker',
  BEFOREHAND_POSTGRES_URL: 'postgres://database',
  BEFOREHAND_TEST_POSTGRES_URL: 'postgres://tests',
};

it('takes over what Node needs and what is ours, and nothing else', () => {
  expect(hostEnv(shell)).toEqual({ PATH: '/usr/bin', NODE_OPTIONS: '--no-warnings' });
  expect(Object.keys(givenEnv(shell))).toEqual([
    'BEFOREHAND_LOG_LEVEL',
    'BEFOREHAND_AMQP_URL',
    'BEFOREHAND_POSTGRES_URL',
  ]);
});

it.each([
  ['ingest', ['BEFOREHAND_AMQP_URL']],
  ['replica', ['BEFOREHAND_AMQP_URL']],
  ['operator', ['BEFOREHAND_AMQP_URL', 'BEFOREHAND_POSTGRES_URL']],
  ['worker', ['BEFOREHAND_AMQP_URL', 'BEFOREHAND_POSTGRES_URL']],
] as const)('lets the %s know %j even when a person exported more', (kind, urls) => {
  const names = Object.keys(withoutWithheld(kind, givenEnv(shell)));
  expect(names.filter((name) => name.endsWith('_URL'))).toEqual(urls);
});
