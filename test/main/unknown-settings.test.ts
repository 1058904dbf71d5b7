// Variables that somebody set in vain.

import { expect, it } from 'vitest';
import { unknownSettings } from '../../src/main/unknown-settings.ts';

it('names the one that was meant', () => {
  expect(unknownSettings({ BEFOREHAND_INGST_PORT: '9080' })).toEqual([
    'BEFOREHAND_INGST_PORT is not known. Did you mean BEFOREHAND_INGEST_PORT?',
  ]);
});

it('does not guess when nothing is close', () => {
  expect(unknownSettings({ BEFOREHAND_COLOR_OF_THE_SKY: 'blue' })).toEqual([
    'BEFOREHAND_COLOR_OF_THE_SKY is not known.',
  ]);
});

it('minds neither variables that some process reads nor those of others', () => {
  const names = ['BEFOREHAND_REPLICA_PORTS', 'BEFOREHAND_REGION', 'BEFOREHAND_TEST_AMQP_URL'];
  const env = Object.fromEntries([...names, 'PATH', 'BEFORE'].map((name) => [name, 'x']));
  expect(unknownSettings(env)).toEqual([]);
});
