// Part `flood`: users whose documents are positioned read on while users nobody has ever heard of
// ask for theirs, each of them once, with good tokens.

import { setTimeout as pause } from 'node:timers/promises';
import { cpuMicrosOf } from '../cpu-time.ts';
import type { ResultLine } from '../measurement.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { brokerUrlOf } from './flood-broker-url.ts';
import { countFiles, countRequests, mostRequests, type RequestCount } from './flood-counts.ts';
import { type FloodRun, linesOf } from './flood-lines.ts';
import { type Load, type LoadResult, runLoads } from './flood-load.ts';
import { positionKnown, writeStrangers } from './flood-users.ts';
import type { Door, Edge } from './open-edge.ts';

const knownPerS = 500;
const strangersPerS = 2_000;

/** Requests come at random: a run has a few more than the rate says, or a few less. */
const spare = 1.1;

/** Until there are verdicts about the tokens of the known users. */
const warmUpS = 3;

/** A flood leaves work behind, which must not count as the next run's quiet. */
const settleMs = 3_000;

/** Throws when the workers were asked too often, a file was made, or a known user got a 5xx. */
export async function runFlood(edge: Edge, options: SuiteOptions): Promise<ResultLine[]> {
  const { say, signal, runs, seconds } = options;
  const [door] = edge.doors as [Door];
  const knownFile = await positionKnown(edge, door, signal);
  const strangersOfRun = Math.ceil(seconds * strangersPerS * spare);
  say(`Signing the tokens of ${(runs * strangersOfRun).toLocaleString('en-US')} strangers…`);
  const strangersFile = await writeStrangers(edge, runs * strangersOfRun);
  const place = { port: door.port, seconds };
  const known: Omit<Load, 'seed'> = {
    ...{ ...place, requestsFile: knownFile, firstRequest: 0, ratePerS: knownPerS },
    localAddress: '127.0.0.1',
  };
  const requests = await countRequests(brokerUrlOf(edge), door.region);
  try {
    await runLoads([{ ...known, seconds: warmUpS, seed: 0 }], { signal });
    const measured: FloodRun[] = [];
    for (let run = 0; run < runs; run += 1) {
      say(`Flood, run ${run + 1} of ${runs}…`);
      const strangers: Omit<Load, 'seed'> = {
        ...{ ...place, requestsFile: strangersFile, ratePerS: strangersPerS },
        firstRequest: run * strangersOfRun,
        // An address of their own, because connections are limited by address.
        localAddress: '127.0.0.2',
      };
      measured.push(await runOnce({ edge, door, requests, known, strangers, run, signal }));
      await pause(settleMs, undefined, { signal });
    }
    return linesOf(measured, { knownPerS, strangersPerS });
  } finally {
    await requests.close();
  }
}

async function runOnce(given: {
  edge: Edge;
  door: Door;
  requests: RequestCount;
  known: Omit<Load, 'seed'>;
  strangers: Omit<Load, 'seed'>;
  run: number;
  signal: AbortSignal;
}): Promise<FloodRun> {
  const { edge, door, requests, run, signal } = given;
  const servers = [`nginx-${door.region}`, `replica-${door.region}-1`].flatMap(edge.pidsOf);
  const timed = async (loads: readonly Load[]) => {
    const before = cpuMicrosOf(servers);
    const results = await runLoads(loads, { signal });
    const sent = results.reduce((sum, { lateMs }) => sum + lateMs.length, 0);
    return { results, cpuMicros: (cpuMicrosOf(servers) - before) / sent };
  };
  const seed = 3 * run;
  const alone = await timed([{ ...given.known, seed: seed + 1 }]);
  await requests.take();
  const filesBefore = countFiles(door);
  const flooded = await timed([
    { ...given.known, seed: seed + 2 },
    { ...given.strangers, seed: seed + 3 },
  ]);
  const [quiet] = alone.results as [LoadResult];
  const [known, strangers] = flooded.results as [LoadResult, LoadResult];
  const counted = {
    ...{ requested: await requests.take(), mostRequested: mostRequests(strangers.tookMs) },
    newFiles: countFiles(door) - filesBefore,
  };
  check(known, counted);
  return {
    ...{ quiet, known, strangers, ...counted },
    ...{ quietCpuMicros: alone.cpuMicros, floodCpuMicros: flooded.cpuMicros },
  };
}

function check(
  { statuses }: LoadResult,
  counted: { requested: number; mostRequested: number; newFiles: number },
): void {
  const { requested, mostRequested, newFiles } = counted;
  if (requested > mostRequested) {
    throw new Error(`The workers were asked ${requested} times, ${mostRequested} are allowed.`);
  }
  if (newFiles !== 0) throw new Error(`Users nobody knows have left ${newFiles} files.`);
  if (Object.keys(statuses).some((status) => Number(status) >= 500)) {
    throw new Error(`Known users were answered with ${JSON.stringify(statuses)}.`);
  }
}
