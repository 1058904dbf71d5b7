// Part `expiry`: very many users' content expires in the same moment, while others read on.

import type { ResultLine } from '../measurement.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { expiringUsers, sendDocuments } from './expiry-documents.ts';
import { countShown, untilGone, untilThere } from './expiry-watch.ts';
import { errorsOf, type Load, type LoadResult, runLoads } from './flood-load.ts';
import { knownUsers, positionKnown, writeRequests } from './flood-users.ts';
import type { Door, Edge } from './open-edge.ts';
import { percentile } from './percentile.ts';

const expiringCount = 100_000;

/** Laid down first, to learn how long all of them take here. */
const triedCount = 5_000;
const triedTimeoutMs = 60_000;

/** The moment is so many times later than what was learned says. */
const patience = 2;

/** Others read from so long before the moment on. Processes that read must be started before. */
const leadMs = 500;
const startMs = 6_000;
const seconds = 4;

/** So many of those whose content expired ask for their document afterwards. */
const askedAfterwards = 2_000;

/** One slot is not what a position holds: the replica is asked for it. */
const others = [
  { who: 'Others, positioned', name: 'known', slot: null, ratePerS: 500 },
  { who: 'Others, asking the replica', name: 'known-slots', slot: 'offers', ratePerS: 100 },
] as const;

/** Throws when documents are not laid down in time, or when expired content is still there. */
export async function runExpiry(edge: Edge, { say, signal }: SuiteOptions): Promise<ResultLine[]> {
  const [door] = edge.doors as [Door];
  const loads = await loadsOfOthers(edge, door, signal);
  // Once to judge their tokens, once to measure.
  await runLoads(loads, { signal });
  const before = await runLoads(loads, { signal });

  say(`Laying down ${count(expiringCount)} documents that expire in the same moment…`);
  const users = expiringUsers(expiringCount);
  const layDownMs = await tryToLayDown(edge, door, users, signal);
  const expiresAtMs = Date.now() + layDownMs * patience + startMs;
  await sendDocuments(edge, { region: door.region, users, expiresAtMs });
  await untilThere(door, users, { deadlineMs: expiresAtMs - startMs, signal });
  const gone = untilGone(door, users, { expiresAtMs, signal });
  const during = runLoads(loads, { signal, startAtMs: expiresAtMs - leadMs });
  const [tookMs, meanwhile] = await Promise.all([gone, during]);
  const shown = await countShown(edge, door, users, askedAfterwards);
  const hidden = `${count(users.length)} hidden after ${(tookMs / 1_000).toFixed(2)} s`;
  return others.flatMap((other, index) => [
    lineOf(`${other.who}, quiet`, other.ratePerS, before[index] as LoadResult),
    {
      ...lineOf(`${other.who}, during expiry`, other.ratePerS, meanwhile[index] as LoadResult),
      ...(index === 0 && {
        counted: `${hidden}; then ${count(shown)} of ${count(askedAfterwards)} still shown it`,
        errors: errorsOf(meanwhile[index] as LoadResult) + shown,
      }),
    },
  ]);
}

/** Resolves with how long all of them will take. */
async function tryToLayDown(
  edge: Edge,
  door: Door,
  users: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const tried = users.slice(0, triedCount);
  const beganMs = Date.now();
  const deadlineMs = beganMs + triedTimeoutMs;
  await sendDocuments(edge, { region: door.region, users: tried, expiresAtMs: null });
  await untilThere(door, tried, { deadlineMs, signal });
  return ((Date.now() - beganMs) * users.length) / tried.length;
}

async function loadsOfOthers(edge: Edge, door: Door, signal: AbortSignal): Promise<Load[]> {
  await positionKnown(edge, door, signal);
  return Promise.all(
    others.map(async ({ name, slot, ratePerS }, index) => ({
      ...{ port: door.port, localAddress: '127.0.0.1', seconds, firstRequest: 0, ratePerS },
      requestsFile: await writeRequests(edge, name, knownUsers, slot ?? undefined),
      seed: index,
    })),
  );
}

function lineOf(row: string, ratePerS: number, result: LoadResult): ResultLine {
  return {
    ...{ suite: 'edge', row, requestsPerSecond: ratePerS, cpuMicrosPerRequest: null },
    ...{ connections: result.connections, errors: errorsOf(result) },
    p50Ms: percentile(result.latenciesMs, 0.5),
    p99Ms: percentile(result.latenciesMs, 0.99),
  };
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
