// What a flood's runs come to: the lines of the result, each figure the median of the runs.

import type { ResultLine } from '../measurement.ts';
import { errorsOf, type LoadResult } from './flood-load.ts';
import { percentile } from './percentile.ts';

export type FloodRun = {
  /** Known users alone. */
  quiet: LoadResult;
  /** The same beside the flood. */
  known: LoadResult;
  strangers: LoadResult;
  /** Of Nginx and the replica for each request, alone and in the flood. */
  quietCpuMicros: number;
  floodCpuMicros: number;
  /** What the region asked the workers for, and the most it was allowed to. */
  requested: number;
  mostRequested: number;
};

type Row = {
  row: string;
  ratePerS: number;
  resultOf: (run: FloodRun) => LoadResult;
  cpuMicrosOf: ((run: FloodRun) => number) | null;
  countedOf: (run: FloodRun) => string;
};

export function linesOf(
  runs: readonly FloodRun[],
  rates: { knownPerS: number; strangersPerS: number },
): ResultLine[] {
  const { knownPerS, strangersPerS } = rates;
  const rows: Row[] = [
    {
      ...{ row: 'Positioned users alone', ratePerS: knownPerS, resultOf: (run) => run.quiet },
      ...{ cpuMicrosOf: (run) => run.quietCpuMicros, countedOf: (run) => lateness(run.quiet) },
    },
    {
      row: `Positioned users beside ${strangersPerS.toLocaleString('en-US')} strangers/s`,
      ...{ ratePerS: knownPerS, resultOf: (run) => run.known, cpuMicrosOf: null },
      countedOf: (run) => lateness(run.known),
    },
    {
      row: 'Strangers, each new, reading once',
      ...{ ratePerS: strangersPerS, resultOf: (run) => run.strangers },
      cpuMicrosOf: (run) => run.floodCpuMicros,
      countedOf: ({ requested, mostRequested }) =>
        `${count(requested)} requests for content, at most ${count(mostRequested)} allowed; no new file`,
    },
  ];
  return rows.map((row) => lineOf(row, runs));
}

function lineOf({ row, ratePerS, resultOf, ...of }: Row, runs: readonly FloodRun[]): ResultLine {
  const results = runs.map(resultOf);
  const last = runs.at(-1) as FloodRun;
  return {
    ...{ suite: 'edge', row, requestsPerSecond: ratePerS },
    connections: Math.max(...results.map(({ connections }) => connections)),
    cpuMicrosPerRequest: of.cpuMicrosOf && median(runs.map(of.cpuMicrosOf)),
    p50Ms: median(results.map(({ latenciesMs }) => percentile(latenciesMs, 0.5))),
    p99Ms: median(results.map(({ latenciesMs }) => percentile(latenciesMs, 0.99))),
    errors: results.reduce((sum, result) => sum + errorsOf(result), 0),
    counted: of.countedOf(last),
  };
}

/** A client that is late itself has measured the machine it shares, not the server. */
function lateness({ lateMs }: LoadResult): string {
  const late = percentile(lateMs, 0.99) ?? 0;
  return `the client itself late by ${late.toFixed(1)} ms at p99`;
}

/** Of what there is: a run in which nothing was answered has no latency. */
function median(values: readonly (number | null)[]): number | null {
  return percentile(
    values.filter((value) => value !== null),
    0.5,
  );
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
