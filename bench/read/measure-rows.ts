// Runs of rows, interleaved: whatever else the machine does for a while disturbs one run of each.

import { readFileSync } from 'node:fs';
import { cpuMicrosOf } from '../cpu-time.ts';
import { type Measurement, medianOf } from '../measurement.ts';
import { type Load, runWrk } from '../wrk.ts';
import { userCount } from './documents.ts';
import { type Row, verifyRow } from './row.ts';

/** Verdicts about tokens live for 40 s: what takes longer to judge them all would never be warm. */
const maxWarmUpSeconds = 32;

export type RunOptions = {
  suite: string;
  seconds: number;
  say: (text: string) => void;
  signal: AbortSignal;
};

/**
 * The medians, in the order of `connectionCounts` and then of `rows`. `program` is the path of wrk.
 * Rejects when a row answers wrongly.
 */
export async function measureRows(
  program: string,
  rows: readonly Row[],
  options: RunOptions & { runs: number; connectionCounts: readonly number[] },
): Promise<Measurement[]> {
  const { runs, connectionCounts, signal, say } = options;
  const measured: Measurement[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (const row of rows) {
      // One after the other, so that verdicts about tokens live through both.
      for (const connections of connectionCounts) {
        signal.throwIfAborted();
        const result = await measure(program, row, connections, options);
        measured.push(result);
        say(describe(result, `run ${run} of ${runs}`));
      }
    }
  }
  return connectionCounts.flatMap((connections) =>
    rows.map(({ name }) =>
      medianOf(measured.filter((it) => it.row === name && it.connections === connections)),
    ),
  );
}

async function measure(
  program: string,
  row: Row,
  connections: number,
  { suite, seconds, signal, say }: RunOptions,
): Promise<Measurement> {
  const requests = readFileSync(row.requestsFile, 'utf8').split('\n');
  await verifyRow(row, requests);
  const { port, requestsFile } = row;
  const load = { program, port, requests: requestsFile, connections, signal };
  await warmUp(row, load, say);
  const before = cpuMicrosOf(row.pids);
  const result = await runWrk({ ...load, seconds });
  const cpuMicros = cpuMicrosOf(row.pids) - before;
  if (result.requests === 0) throw new Error(`"${row.name}" answered nothing in ${seconds} s.`);
  return {
    ...{ suite, row: row.name, connections, errors: result.errors },
    requestsPerSecond: (result.requests / result.durationMicros) * 1_000_000,
    cpuMicrosPerRequest: cpuMicros / result.requests,
    p50Ms: result.p50Micros / 1_000,
    p99Ms: result.p99Micros / 1_000,
  };
}

/**
 * Until every user was asked for within one go: code is compiled, files are in memory, and tokens
 * have been judged, as they have in a region whose clients read more than once a minute.
 */
async function warmUp(
  { name, isAlwaysCold }: Row,
  load: Omit<Load, 'seconds'>,
  say: RunOptions['say'],
): Promise<void> {
  for (let seconds = 1; seconds <= maxWarmUpSeconds; seconds *= 2) {
    const { requests } = await runWrk({ ...load, seconds });
    if (requests >= userCount || isAlwaysCold) return;
  }
  say(`"${name}" is not warm after ${maxWarmUpSeconds} s: its figure is too high.`);
}

function describe(result: Measurement, run: string): string {
  const cpu = `${result.cpuMicrosPerRequest.toFixed(1)} µs`.padStart(9);
  const rate = `${Math.round(result.requestsPerSecond).toLocaleString('en-US')}/s`.padStart(10);
  const errors = result.errors === 0 ? '' : `  ${result.errors} errors`;
  return `${run}  ${String(result.connections).padStart(4)} connections  ${cpu}  ${rate}  ${result.row}${errors}`;
}
