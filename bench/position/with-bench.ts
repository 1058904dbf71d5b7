// Opens what a suite with workers needs, and clears it away however the suite ends.

import { openEdge } from '../edge/open-edge.ts';
import { openPlace } from '../place.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { openProducer } from './producer.ts';
import type { Bench } from './run.ts';
import { watchPositions } from './watch-positions.ts';
import { mostWorkers } from './workers.ts';

/** All workers that are ever measured run when `measure` begins: more cannot be planned later. */
export async function withBench<Result>(
  suite: string,
  installation: { configFile: string; regions: readonly string[] },
  options: SuiteOptions,
  measure: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const { say, signal } = options;
  const place = openPlace(suite);
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}.`);
    const sized = { ...installation, workers: mostWorkers };
    const edge = await openEdge(place, { say, signal, installation: sized });
    const watch = watchPositions(edge.doors);
    const producer = openProducer(edge);
    let runs = 0;
    const nextRun = () => `run-${String(++runs).padStart(3, '0')}`;
    try {
      return await measure({ suite, edge, watch, producer, options, nextRun });
    } finally {
      producer.close();
      watch.close();
      await edge.stop();
    }
  } finally {
    await place.clear();
  }
}
