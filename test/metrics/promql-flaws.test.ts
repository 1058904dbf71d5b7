// The test of rules and panels finds what is planted.

import { expect, it } from 'vitest';
import { documentedMetrics } from './documented-metrics.ts';
import { flawsOf } from './promql-flaws.ts';

const known = { metrics: documentedMetrics(), jobs: ['ingest'], queues: ['prepare.bulk'] };
const flaws = (expr: string, ...shown: string[]) => flawsOf({ place: 'p', expr, shown }, known);

it.each([
  'sum by (lane) (rate(beforehand_events_accepted_total{lane="bulk"}[5m]))',
  'histogram_quantile(0.9, sum by (region, le) (rate(beforehand_positioning_seconds_bucket[5m])))',
  'up{job="ingest"} == 0',
  'beforehand_queue_messages{queue=~"prepare[.].+"} > 1',
])('finds nothing wrong with %s', (expr) => {
  expect(flaws(expr)).toEqual([]);
});

it.each([
  [
    'rate(beforehand_events_acepted_total[5m])',
    'no process prints beforehand_events_acepted_total',
  ],
  ['beforehand_units_total{lane="bulk"}', 'beforehand_units_total has no label lane'],
  ['sum by (region) (beforehand_units_total)', 'beforehand_units_total has no label region'],
  ['sum by (le) (beforehand_commit_seconds_sum)', 'beforehand_commit_seconds_sum has no label le'],
  ['beforehand_units_total{outcome="failed"}', 'outcome is never failed'],
  ['beforehand_queue_messages{queue="prepare"}', 'queue is never prepare'],
  ['up{job=~"ingest|replicas"}', 'job is never replicas'],
  ['vector(1)', 'asks for nothing'],
])('finds what is wrong with %s', (expr, flaw) => {
  expect(flaws(expr)).toEqual([`p: ${flaw}`]);
});

it('finds words that take a label for granted', () => {
  expect(flaws('beforehand_postgres_up == 0', 'region')).toEqual(['p: nothing has region']);
});
