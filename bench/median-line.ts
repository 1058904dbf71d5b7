// Of several runs of the same rows, one line a row.

import type { ResultLine } from './measurement.ts';

/**
 * Each figure's own median, so that one disturbed run spoils none; errors and refusals of all runs together.
 * What was counted is that of the run whose rate is the median. Rows keep their order.
 */
export function medianLines(lines: readonly ResultLine[]): ResultLine[] {
  const rows = [...new Set(lines.map(keyOf))];
  return rows.map((row) => medianOfRow(lines.filter((line) => keyOf(line) === row)));
}

const keyOf = ({ row, connections }: ResultLine) => JSON.stringify([row, connections]);

function medianOfRow(runs: readonly ResultLine[]): ResultLine {
  const byRate = runs.toSorted((a, b) => (a.requestsPerSecond ?? 0) - (b.requestsPerSecond ?? 0));
  const typical = byRate[Math.floor((runs.length - 1) / 2)] as ResultLine;
  const { cpuMicrosOf } = typical;
  const figure = (of: (run: ResultLine) => number | null | undefined) =>
    median(runs.map((run) => of(run) ?? null).filter((value) => value !== null));
  return {
    ...typical,
    requestsPerSecond: typical.requestsPerSecond,
    cpuMicrosPerRequest: figure((run) => run.cpuMicrosPerRequest),
    p50Ms: figure((run) => run.p50Ms),
    p99Ms: figure((run) => run.p99Ms),
    ...(typical.refused !== undefined && { refused: sum(runs.map(({ refused = 0 }) => refused)) }),
    errors: sum(runs.map(({ errors }) => errors)),
    ...(cpuMicrosOf && {
      cpuMicrosOf: Object.fromEntries(
        Object.keys(cpuMicrosOf).map((name) => [
          name,
          figure((run) => run.cpuMicrosOf?.[name]) as number,
        ]),
      ),
    }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The lower one in the middle: a value that did occur. `null` of nothing. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
