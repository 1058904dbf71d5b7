// Part `closed`: events are posted as fast as they are accepted, and counted until all of their
// users' positions lie in all regions.

import { setTimeout as sleep } from 'node:timers/promises';
import { benchName, countCpu, cpuPer, serverCpu } from '../cpu-by-process.ts';
import type { ResultLine } from '../measurement.ts';
import { eventJson, userOf } from './login.ts';
import { accepted, type Bench, checkContent, loginsOf, placesOf, withThousands } from './run.ts';
import { processesOf } from './workers.ts';

export const connections = 64;

export type ClosedRun = {
  row: string;
  workers: number;
  count: number;
  /** Events in one POST; one unless given. */
  batch?: number;
  /** So long after the last position the CPU still counts, for what is done later; 0 unless given. */
  lingerMs?: number;
};

export async function runClosed(
  bench: Bench,
  { row, workers, count, batch = 1, lingerMs = 0 }: ClosedRun,
): Promise<ResultLine> {
  const { suite, edge, producer, watch, options } = bench;
  const logins = loginsOf(bench.nextRun(), count);
  const posts = inPosts(logins.map(eventJson), batch);
  const watched = watch.begin(logins.map(userOf));
  const used = countCpu(processesOf(edge, workers));
  const beganMs = performance.now();
  let next = 0;
  let refused = 0;
  const postInTurn = async () => {
    for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
      if ((await producer.post(post)) !== accepted)
        refused += typeof post === 'string' ? 1 : post.length;
      options.signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: connections }, postInTurn));
  const acceptedMs = performance.now() - beganMs;
  const missing = await watched.untilAll(options.signal);
  const tookMs = watched.endedMs() - beganMs;
  await sleep(lingerMs);
  const micros = used();
  await checkContent(bench, logins);
  const cpuMicrosOf = cpuPer(count, micros);
  const acceptedPerS = Math.round((count / acceptedMs) * 1_000);
  return {
    ...{ suite, row, connections },
    requestsPerSecond: Math.round((count / tookMs) * 1_000),
    cpuMicrosPerRequest: serverCpu(cpuMicrosOf),
    // What was refused is missing, too.
    ...{ p50Ms: null, p99Ms: null, errors: Math.max(refused, missing), cpuMicrosOf },
    counted:
      `${withThousands(count - missing)} of ${withThousands(count)} in ${placesOf(edge)}; ` +
      `accepted at ${withThousands(acceptedPerS)}/s; ${cores(micros, tookMs + lingerMs)} cores busy`,
  };
}

function inPosts(events: readonly string[], batch: number): (string | string[])[] {
  if (batch === 1) return [...events];
  return events.flatMap((_, at) => (at % batch === 0 ? [events.slice(at, at + batch)] : []));
}

/** With the bench, which shares them. */
function cores(micros: { readonly [name: string]: number }, tookMs: number): string {
  const all = serverCpu(micros) + (micros[benchName] ?? 0);
  return (all / 1_000 / tookMs).toFixed(2);
}
