// Part `backfill`: how long interactive events take while very many of the lane `bulk` are waiting.

import { setTimeout as delay } from 'node:timers/promises';
import { countCpu, cpuPer, serverCpu } from '../cpu-by-process.ts';
import type { ResultLine } from '../measurement.ts';
import { type Login, userOf } from '../position/login.ts';
import { runOpen } from '../position/open.ts';
import { type Bench, checkContent, loginsOf, placesOf, withThousands } from '../position/run.ts';
import { countMissing, type Watched, watchPositions } from '../position/watch-positions.ts';
import { processesOf } from '../position/workers.ts';
import { countRows } from './ask-postgres.ts';
import { batch, postBulk, postsInFlight } from './post-bulk.ts';
import { timesQuiet } from './times-quiet.ts';

/** Of interactive events. */
const perSecond = 50;

const workers = 1;
const startTimeoutMs = 60_000;

export async function measureBackfill(bench: Bench): Promise<ResultLine[]> {
  const { say, documents } = bench.options;
  const quiet = await runInteractive(bench, 'quiet');
  say(`\nBackfilling ${withThousands(documents)} documents…`);
  const watch = watchPositions(bench.edge.doors);
  try {
    const logins = loginsOf(`${bench.nextRun()}-bulk`, documents);
    const watched = watch.begin(logins.map(userOf));
    const [bulk, beside] = await Promise.all([
      runBulk(bench, watched, logins),
      runBeside(bench, watched),
    ]);
    return [...timesQuiet([quiet, beside], 'quiet'), bulk];
  } finally {
    watch.close();
  }
}

async function runInteractive(bench: Bench, how: string): Promise<ResultLine> {
  const { seconds } = bench.options;
  const row = `Interactive, ${perSecond}/s, ${how}`;
  const [fromThe202] = await runOpen(bench, { row, workers, perSecond, seconds });
  return fromThe202;
}

/** From the first position of the backfill on. Throws when the last one was there too early. */
async function runBeside(bench: Bench, { lastMs, endedMs }: Watched): Promise<ResultLine> {
  const beganMs = endedMs();
  const signal = AbortSignal.any([bench.options.signal, AbortSignal.timeout(startTimeoutMs)]);
  while (endedMs() === beganMs) await delay(5, undefined, { signal });
  // The CPU of these seconds went to the backfill, whose row has it.
  const { cpuMicrosOf, ...line } = await runInteractive(bench, 'beside the backfill');
  if (!lastMs.includes(Number.NaN)) {
    throw new Error('The backfill was over first: ask for more --documents or fewer --seconds.');
  }
  return { ...line, cpuMicrosPerRequest: null };
}

/** Throws unless all of it arrived. */
async function runBulk(
  bench: Bench,
  watched: Watched,
  logins: readonly Login[],
): Promise<ResultLine> {
  const { suite, edge, options } = bench;
  const used = countCpu(processesOf(edge, workers));
  const beganMs = performance.now();
  const refusals = await postBulk(bench, logins);
  const acceptedPerS = (logins.length / (performance.now() - beganMs)) * 1_000;
  await watched.untilAll(options.signal);
  const requestsPerSecond = Math.round((logins.length / (watched.endedMs() - beganMs)) * 1_000);
  const cpuMicrosOf = cpuPer(logins.length + perSecond * options.seconds, used());
  await checkContent(bench, logins);
  const missing = countMissing(edge.doors, logins.map(userOf));
  const stored = await countRows(edge, 'content', (logins[0] as Login).run);
  const all = withThousands(logins.length);
  if (missing > 0 || stored !== logins.length) {
    throw new Error(`Of ${all} documents Postgres has ${stored}, and ${missing} have no position.`);
  }
  return {
    ...{ suite, row: `Bulk, ${batch} a POST`, connections: postsInFlight, requestsPerSecond },
    ...{ cpuMicrosPerRequest: serverCpu(cpuMicrosOf), cpuMicrosOf },
    ...{ p50Ms: null, p99Ms: null, errors: 0 },
    counted:
      `${all} of ${all} in Postgres and ${placesOf(edge)}; accepted at ` +
      `${withThousands(Math.round(acceptedPerS))}/s, ${refusals} posts refused first`,
  };
}
