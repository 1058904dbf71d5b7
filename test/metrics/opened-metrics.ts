// The metrics of a process that is not there, and what they would show.

import { openPrometheus, type PartName } from '../../src/outbound/prometheus-metrics.ts';
import { parsePage } from './metrics-page.ts';

export function openMetrics(...parts: PartName[]) {
  let elapsedMs = 0;
  const metrics = openPrometheus({ parts, withProcess: false, elapsedMs: () => elapsedMs });
  return {
    ...metrics,
    /** Of a moment at which nothing is kept from the last one. */
    async read() {
      elapsedMs += 60_000;
      return parsePage(await metrics.page.text());
    },
    pass: (ms: number) => {
      elapsedMs += ms;
    },
  };
}
