// Suite `read`: what it costs to answer a read, positioned and in the ways one would else do it.

import { readFileSync } from 'node:fs';
import type { BenchOptions } from '../bench-arguments.ts';
import { cpuMicrosOf } from '../cpu-time.ts';
import { type Measurement, medianOf } from '../measurement.ts';
import { openPlace } from '../place.ts';
import { ensureWrk } from '../programs.ts';
import { type Load, runWrk } from '../wrk.ts';
import { userCount } from './documents.ts';
import { type Row, verifyRow } from './row.ts';
import { startRows } from './rows.ts';

const suite = 'read';
const connectionCounts = [64, 1_000];

/** Verdicts about tokens live for 55 s: what takes longer to judge them all would never be warm. */
const maxWarmUpSeconds = 32;

type Say = (text: string) => void;

export type SuiteOptions = BenchOptions & { say: Say; signal: AbortSignal };

/** In the order of the rows, by number of connections. Rejects when a row answers wrongly. */
export async function runReadSuite(options: SuiteOptions): Promise<Measurement[]> {
  const { say, runs, signal } = options;
  const wrk = ensureWrk(say);
  const place = openPlace(suite);
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}. Starting the servers…`);
    const rows = await startRows(place, say);
    const measured: Measurement[] = [];
    // Interleaved: whatever else the machine does for a while disturbs one run of each row.
    for (let run = 1; run <= runs; run += 1) {
      for (const row of rows) {
        // One after the other, so that verdicts about tokens live through both.
        for (const connections of connectionCounts) {
          signal.throwIfAborted();
          const result = await measure(wrk, row, connections, options);
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
  } finally {
    await place.clear();
  }
}

async function measure(
  program: string,
  row: Row,
  connections: number,
  { seconds, signal, say }: SuiteOptions,
): Promise<Measurement> {
  const requests = readFileSync(row.requestsFile, 'utf8').split('\n');
  await verifyRow(row, requests);
  const { port, requestsFile } = row;
  const load = { program, port, requestsFile, connections, signal };
  await warmUp(row, load, say);
  const before = cpuMicrosOf(row.pids);
  const result = await runWrk({ ...load, seconds });
  const cpuMicros = cpuMicrosOf(row.pids) - before;
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
async function warmUp({ name }: Row, load: Omit<Load, 'seconds'>, say: Say): Promise<void> {
  for (let seconds = 1; seconds <= maxWarmUpSeconds; seconds *= 2) {
    const { requests } = await runWrk({ ...load, seconds });
    if (requests >= userCount) return;
  }
  say(`"${name}" is not warm after ${maxWarmUpSeconds} s: its figure is too high.`);
}

function describe(result: Measurement, run: string): string {
  const cpu = `${result.cpuMicrosPerRequest.toFixed(1)} µs`.padStart(9);
  const rate = `${Math.round(result.requestsPerSecond).toLocaleString('en-US')}/s`.padStart(10);
  const errors = result.errors === 0 ? '' : `  ${result.errors} errors`;
  return `${run}  ${String(result.connections).padStart(4)} connections  ${cpu}  ${rate}  ${result.row}${errors}`;
}
