// What was refused on purpose is shown beside errors, and is none.

import { expect, it } from 'vitest';
import type { ResultLine } from '../../bench/measurement.ts';
import { medianLines } from '../../bench/median-line.ts';
import { markdownTable } from '../../bench/result-table.ts';

const line = (row: string, more: Partial<ResultLine>): ResultLine => ({
  ...{ suite: 'home', row, connections: 8, requestsPerSecond: 100, cpuMicrosPerRequest: null },
  ...{ p50Ms: null, p99Ms: null, errors: 0, ...more },
});

it('is counted over all runs, for the rows that may refuse alone', () => {
  const runs = [1_000, 500, 0].map((refused) => line('Strangers', { refused, errors: 1 }));
  const lines = medianLines([...runs, line('Known', {})]);
  expect(lines).toMatchObject([{ refused: 1_500, errors: 3 }, { errors: 0 }]);
  expect(lines[1]).not.toHaveProperty('refused');
  expect(markdownTable(lines).split('\n')).toEqual([
    '| row | connections | requests/s | refused | errors |',
    '| --- | ---: | ---: | ---: | ---: |',
    '| Strangers | 8 | 100 | 1,500 | 3 |',
    '| Known | 8 | 100 | – | 0 |',
  ]);
  expect(markdownTable(lines.slice(1))).not.toContain('refused');
});
