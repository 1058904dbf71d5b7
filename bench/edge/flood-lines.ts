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
  countedOf: (runs: readonly FloodRun[]) => string;
};

export function linesOf(
  runs: readonly FloodRun[],
  rates: { knownPerS: number; strangersPerS: number },
): ResultLine[] {
  const { knownPerS, strangersPerS } = rates;
  const rows: Row[] = [
    {
      ...{ row: 'Positioned users alone', ratePerS: knownPerS, resultOf: (run) => run.quiet },
      cpuMicrosOf: (run) => run.quietCpuMicros,
      countedOf: (all) => lateness(all.map(({ quiet }) => quiet)),
    },
    {
      row: `Positioned users beside ${strangersPerS.toLocaleString('en-US')} strangers/s`,
      ...{ ratePerS: knownPerS, resultOf: (run) => run.known, cpuMicrosOf: null },
      countedOf: (all) => lateness(all.map(({ known }) => known)),
    },
    {
      row: 'Strangers, each new, reading once',
      ...{ ratePerS: strangersPerS, resultOf: (run) => run.strangers },
      cpuMicrosOf: (run) => run.floodCpuMicros,
      countedOf: mostAsked,
    },
  ];
  return rows.map((row) => lineOf(row, runs));
}

function lineOf({ row, ratePerS, resultOf, ...of }: Row, runs: readonly FloodRun[]): ResultLine {
  const results = runs.map(resultOf);
  return {
    ...{ suite: 'edge', row, requestsPerSecond: ratePerS },
    connections: Math.max(...results.map(({ connections }) => connections)),
    cpuMicrosPerRequest: of.cpuMicrosOf && median(runs.map(of.cpuMicrosOf)),
    p50Ms: median(results.map(({ latenciesMs }) => percentile(latenciesMs, 0.5))),
    p99Ms: median(results.map(({ latenciesMs }) => percentile(latenciesMs, 0.99))),
    errors: results.reduce((sum, result) => sum + errorsOf(result), 0),
    counted: of.countedOf(runs),
  };
}

/** A client that is late itself has measured the machine it shares, not the server. */
function lateness(results: readonly LoadResult[]): string {
  const p99 = (of: 'lateMs' | 'servedMs') =>
    (median(results.map((result) => percentile(result[of], 0.99))) ?? 0).toFixed(1);
  return `at p99 the client sent ${p99('lateMs')} ms late, and was answered ${p99('servedMs')} ms after it sent`;
}

/** Of the run in which the workers were asked the most. */
function mostAsked(runs: readonly FloodRun[]): string {
  const [{ requested, mostRequested }] = runs.toSorted((a, b) => b.requested - a.requested) as [
    FloodRun,
  ];
  return `${count(requested)} requests for content, at most ${count(mostRequested)} allowed; no new file`;
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
