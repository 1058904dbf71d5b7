// Part `open`: events are posted at a steady rate, and each one is timed until its user's position
// lies in the last of the regions.

import { countCpu, cpuPer, serverCpu } from '../cpu-by-process.ts';
import { openLoop } from '../edge/open-loop.ts';
import { percentile } from '../edge/percentile.ts';
import type { ResultLine } from '../measurement.ts';
import { eventJson, type Login, userOf } from './login.ts';
import { accepted, type Bench, checkContent, loginsOf, placesOf, withThousands } from './run.ts';
import { processesOf } from './workers.ts';

export type OpenRun = { row: string; workers: number; perSecond: number; seconds: number };

/** Two rows: from the 202, and from when the POST was due. */
export async function runOpen(
  bench: Bench,
  { row, workers, perSecond, seconds }: OpenRun,
): Promise<[ResultLine, ResultLine]> {
  const { suite, edge, producer, watch, options } = bench;
  const count = perSecond * seconds;
  const logins = loginsOf(bench.nextRun(), count);
  const watched = watch.begin(logins.map(userOf));
  const used = countCpu(processesOf(edge, workers));
  const dueMs = new Float64Array(count);
  const acceptedMs = new Float64Array(count);
  const taken: Login[] = [];
  await openLoop({ count, perSecond, signal: options.signal }, async (index, atMs) => {
    dueMs[index] = atMs;
    const login = logins[index] as Login;
    const status = await producer.post(eventJson(login));
    acceptedMs[index] = performance.now();
    if (status === accepted) taken.push(login);
  });
  const missing = await watched.untilAll(options.signal);
  const cpuMicrosOf = cpuPer(count, used());
  await checkContent(bench, taken);
  const line = (from: string, fromMs: Float64Array): ResultLine => {
    const times = Array.from(watched.lastMs, (lastMs, index) => lastMs - (fromMs[index] ?? 0));
    const known = times.filter((time) => !Number.isNaN(time));
    return {
      ...{ suite, row: `${row}, ${from}`, connections: null, requestsPerSecond: perSecond },
      cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
      ...{ p50Ms: percentile(known, 0.5), p99Ms: percentile(known, 0.99) },
      ...{ errors: Math.max(count - taken.length, missing), cpuMicrosOf },
      counted: `${withThousands(count - missing)} of ${withThousands(count)} in ${placesOf(edge)}`,
    };
  };
  return [line('from the 202', acceptedMs), line('from the POST', dueMs)];
}
