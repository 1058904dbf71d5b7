// Runs of the rows of suite `home`, interleaved, each under the load of the seed's benchmark.

import { readFileSync } from 'node:fs';
import { countCpu, cpuPer, serverCpu } from '../cpu-by-process.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { type Load, type LoadResult, runWrk } from '../wrk.ts';
import type { HomeRow } from './home-row.ts';

const connections = 1_000;
const warmUpSeconds = 2;
/** In so many 10,000 tokens are verified. Verdicts about them live for 40 s at least. */
const wholeWarmUpSeconds = 16;
/** Lines of the warm-up that are looked at before each run. */
const probes = [0, 1, 999, 1_999];

export async function measureHomeRows(
  program: string,
  rows: readonly HomeRow[],
  options: { runs: number; seconds: number; say: (text: string) => void; signal: AbortSignal },
): Promise<ResultLine[]> {
  const { runs, seconds, say, signal } = options;
  const lines: ResultLine[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (const row of rows) {
      signal.throwIfAborted();
      const { warmUp, requests } = row.requestsOf(run);
      await verify(row, warmUp);
      const load = { ...{ program, port: row.port }, connections, signal };
      await warmUpWith({ ...load, requests: warmUp }, row.isWarm === true);
      const endCount = countCpu(row.processes);
      const { mayRefuse: countsRefusals = false } = row;
      const result = await runWrk({ ...load, requests, seconds, countsRefusals });
      const line = lineOf(row, result, cpuPer(result.requests, endCount()));
      lines.push(line);
      say(`run ${run} of ${runs}  ${row.name}: ${line.requestsPerSecond}/s, ${line.counted}`);
    }
  }
  return medianLines(lines);
}

/** `isWhole`: until each line was asked for within one go, before the first verdict has ended. */
async function warmUpWith(load: Omit<Load, 'seconds'> & { requests: string }, isWhole: boolean) {
  if (!isWhole) return runWrk({ ...load, seconds: warmUpSeconds });
  const lines = readFileSync(load.requests, 'utf8').trimEnd().split('\n').length;
  const whole = await runWrk({ ...load, seconds: wholeWarmUpSeconds });
  if (whole.requests >= lines) return whole;
  return runWrk({ ...load, seconds: 2 * wholeWarmUpSeconds });
}

function lineOf(
  { name, mayRefuse }: HomeRow,
  result: LoadResult,
  cpuMicrosOf: { [name: string]: number },
) {
  const { requests, durationMicros, refused = 0, errors, p50Micros, p99Micros } = result;
  if (requests === 0) throw new Error(`"${name}" answered nothing.`);
  const perSecond = (count: number) => Math.round((count / durationMicros) * 1_000_000);
  const good = Math.max(0, requests - refused - errors);
  return {
    ...{ suite: 'home', row: name, connections, errors, cpuMicrosOf },
    ...(mayRefuse && { refused }),
    requestsPerSecond: perSecond(requests),
    cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
    p50Ms: p50Micros / 1_000,
    p99Ms: p99Micros / 1_000,
    counted: `${perSecond(good).toLocaleString('en-US')}/s with content, ${percent(good, requests)}`,
  } satisfies ResultLine;
}

/** Rounded down, so that 100 % means all. */
function percent(part: number, all: number): string {
  return `${Math.floor((part / all) * 1_000) / 10} %`;
}

async function verify({ name, port, verify: check }: HomeRow, file: string): Promise<void> {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  for (const index of probes.map((probe) => Math.min(probe, lines.length - 1))) {
    const [path, token, cookie] = (lines[index] ?? '').split('\t');
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(cookie && { cookie }),
    };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    const body = await answer.text();
    try {
      check(index, { status: answer.status, body });
    } catch (error) {
      throw new Error(`"${name}": ${path} ${(error as Error).message}`, { cause: error });
    }
  }
}
