// Suite `isolation` of the bench, so small that its figures say nothing.
//
// Goal: it runs to its end, where it checks by itself that poison died and nothing was lost.

import { expect, it } from 'vitest';
import { runIsolationSuite } from '../../bench/isolation/suite.ts';

it('measures good events beside poison and beside a backfill', {
  timeout: 240_000,
}, async ({ signal }) => {
  const lines = await runIsolationSuite({
    ...{ suite: 'isolation', jsonFile: null, writesDocs: false },
    ...{ seconds: 1, runs: 1, documents: 6_000, signal },
    say: () => {},
  });
  expect(lines.map(({ row }) => row)).toEqual([
    'Good, 100/s, clean, from the 202',
    'Good, 100/s, 1 % poison, from the 202',
    'Interactive, 50/s, quiet, from the 202',
    'Interactive, 50/s, beside the backfill, from the 202',
    'Bulk, 100 a POST',
  ]);
  for (const { p50Ms, cpuMicrosOf } of lines.slice(0, 3)) {
    expect(p50Ms).toBeGreaterThan(0);
    expect(cpuMicrosOf?.workers).toBeGreaterThan(0);
  }
});
