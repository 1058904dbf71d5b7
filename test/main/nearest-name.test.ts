// The name that somebody meant.

import { expect, it } from 'vitest';
import { nearestName } from '../../src/main/nearest-name.ts';

const names = ['workers', 'replicas', 'regions'];

it.each([
  ['wrkers', 'workers'],
  ['workerss', 'workers'],
  ['replacas', 'replicas'],
  ['regins', 'regions'],
  ['regions', 'regions'],
  ['wrkrs', 'workers'],
])('takes %s for %s', (given, meant) => {
  expect(nearestName(given, names)).toBe(meant);
});

it.each(['helicopters', 'w', ''])('finds nothing near "%s"', (given) => {
  expect(nearestName(given, names)).toBe(null);
});
