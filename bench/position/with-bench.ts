// Opens what a suite with workers needs, and clears it away however the suite ends.

import { openEdge } from '../edge/open-edge.ts';
import { openPlace } from '../place.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { openProducer } from './producer.ts';
import type { Bench } from './run.ts';
import { watchPositions } from './watch-positions.ts';
import { mostWorkers } from './workers.ts';

export type Installation = {
  configFile: string;
  regions: readonly string[];
  /** All that are ever measured run when `measure` begins: more cannot be planned later. */
  workers?: number;
  /** Settings of all processes by their variables. */
  env?: { readonly [name: string]: string };
};

export async function withBench<Result>(
  suite: string,
  { configFile, regions, workers = mostWorkers, env = {} }: Installation,
  options: SuiteOptions,
  measure: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const { say, signal } = options;
  const place = openPlace(suite);
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}.`);
    const installation = { configFile, regions, workers };
    const edge = await openEdge(place, { say, signal, env, installation });
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
