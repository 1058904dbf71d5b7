// One line of a result: what a row did with a number of connections.

/** As a table shows it. `null`: that says nothing about this row, or was not measured. */
export type ResultLine = {
  suite: string;
  row: string;
  connections: number | null;
  requestsPerSecond: number | null;
  cpuMicrosPerRequest: number | null;
  /** Of all requests, also those unanswered at the end: connections divided by rate. */
  meanMs?: number;
  p50Ms: number | null;
  p99Ms: number | null;
  /** Answers that say on purpose: come again later. Where they are not told apart, they are errors. */
  refused?: number;
  errors: number;
  /** The CPU of a request by process, where more than one kind has a part in it. */
  cpuMicrosOf?: { readonly [process: string]: number };
  /** What was counted, in a few words: "1,000 of 1,000 with that event's content". */
  counted?: string;
};

/** Of rows that are put under load, all of it is measured. */
export type Measurement = {
  suite: string;
  row: string;
  connections: number;
  requestsPerSecond: number;
  /** User and system time of all processes of the row; the load generator is not among them. */
  cpuMicrosPerRequest: number;
  /** Where each connection asks again as soon as it is answered: connections divided by rate. */
  meanMs?: number;
  p50Ms: number;
  p99Ms: number;
  /** Of all runs together. */
  errors: number;
};

/**
 * Each figure's own median, so that one disturbed run spoils none. All of `runs` must be of one row
 * and number of connections.
 */
export function medianOf(runs: readonly Measurement[]): Measurement {
  const [first] = runs;
  if (first === undefined) throw new Error('There is no median of nothing.');
  const median = (figure: (run: Measurement) => number) => {
    const sorted = runs.map(figure).sort((a, b) => a - b);
    const upper = sorted[Math.floor(sorted.length / 2)] as number;
    const lower = sorted[Math.floor((sorted.length - 1) / 2)] as number;
    return (lower + upper) / 2;
  };
  const requestsPerSecond = median((run) => run.requestsPerSecond);
  return {
    ...first,
    requestsPerSecond: Math.round(requestsPerSecond),
    cpuMicrosPerRequest: round(
      median((run) => run.cpuMicrosPerRequest),
      1,
    ),
    meanMs: round((first.connections / requestsPerSecond) * 1_000, 2),
    p50Ms: round(
      median((run) => run.p50Ms),
      2,
    ),
    p99Ms: round(
      median((run) => run.p99Ms),
      2,
    ),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
