// What each step could do at most, alone on the whole machine, and what that leaves for all of them.

import { join } from 'node:path';
import { cpuPer, type Processes } from '../cpu-by-process.ts';
import type { Edge } from '../edge/open-edge.ts';
import type { ResultLine } from '../measurement.ts';
import type { Place } from '../place.ts';
import { deleteQueues } from './raw-queues.ts';
import { type Part, type PartsResult, runParts } from './run-parts.ts';

type Ceiling = {
  row: string;
  count: number;
  servers: Processes;
  parts: readonly Part[];
  clear?: () => Promise<void>;
};

/** Events or documents of each, about two seconds' worth. */
export type CeilingCounts = {
  [step in 'queue' | 'generate' | 'store' | 'fanOut' | 'position']: number;
};

type Given = { edge: Edge; regions: readonly string[]; run: string; seconds: number };

/** Of messages that wait for their confirm. */
const windows = { events: 200, bundles: 8 };

function ceilingsOf({ edge, regions, run, seconds }: Given): Ceiling[] {
  const { place, amqpUrl, postgresUrl } = edge;
  const rabbitmq = edge.pidsOf('rabbitmq');
  const [events, documents, units, hops] = [4_000, 2_000, 2_000, 8_000].map(
    (it) => it * seconds,
  ) as [...[number, number, number, number]];
  return [
    queued('Events published, confirmed, consumed', {
      ...{ amqpUrl, rabbitmq, run, count: events },
      ...{ what: 'events', window: windows.events, names: ['events'] },
    }),
    {
      row: 'Generator in threads',
      ...{ count: hops, servers: {} },
      parts: [{ name: 'node', file: 'generate.ts', given: { run, count: hops } }],
    },
    {
      row: 'Rows written to Postgres, 100 a transaction',
      ...{ count: units, servers: { postgres: edge.pidsOf('postgres') } },
      parts: [{ name: 'node', file: 'upserts.ts', given: { postgresUrl, run, count: units } }],
    },
    queued(`Documents to ${regions.length} queues, bundled, consumed`, {
      ...{ amqpUrl, rabbitmq, run, count: documents },
      ...{ what: 'bundles', window: windows.bundles, names: regions },
    }),
    {
      row: `LMDB and files, ${regions.length} times`,
      ...{ count: documents, servers: {} },
      parts: regions.map((region) => ({
        ...{ name: 'node', file: 'lay-down.ts' },
        given: { run, count: documents, ...directoriesOf(place, `${run}-${region}`) },
      })),
    },
  ];
}

function directoriesOf({ directory, memoryDirectory }: Place, name: string) {
  return {
    storeDirectory: join(directory, `ceiling-${name}`),
    positionsDirectory: join(memoryDirectory, `ceiling-${name}`),
  };
}

function queued(
  row: string,
  given: {
    amqpUrl: string;
    rabbitmq: readonly number[];
    run: string;
    count: number;
    what: 'events' | 'bundles';
    window: number;
    names: readonly string[];
  },
): Ceiling {
  const { amqpUrl, rabbitmq, run, count, what, window, names } = given;
  const queues = names.map((name) => `bench.${run}.${name}`);
  const raw = { amqpUrl, exchange: `bench.${run}.${what}`, queues };
  return {
    ...{ row, count, servers: { rabbitmq } },
    parts: [
      ...queues.map((queue) => ({ name: 'node', file: 'consumer.ts', given: { ...raw, queue } })),
      { name: 'node', file: 'publisher.ts', given: { ...raw, what, run, count, window } },
    ],
    clear: () => deleteQueues(raw),
  };
}

/** One line for each. No worker may run: what a step uses is to be its own. */
export async function runCeilings(
  suite: string,
  given: Given,
  signal: AbortSignal,
): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for (const { row, count, servers, parts, clear } of ceilingsOf(given)) {
    signal.throwIfAborted();
    const result = await runParts(given.edge.place, parts, { servers, signal });
    lines.push(lineOf({ suite, row, count, result }));
    await clear?.();
  }
  return lines;
}

function lineOf({
  suite,
  row,
  count,
  result: { tookMs, micros },
}: {
  suite: string;
  row: string;
  count: number;
  result: PartsResult;
}): ResultLine {
  const cpuMicrosOf = cpuPer(count, micros);
  return {
    ...{ suite, row, connections: null, requestsPerSecond: Math.round((count / tookMs) * 1_000) },
    cpuMicrosPerRequest: sum(Object.values(cpuMicrosOf)),
    ...{ p50Ms: null, p99Ms: null, errors: 0, cpuMicrosOf },
  };
}

/**
 * What the whole way could do at most: each ceiling has the machine for itself, so the times that
 * they take for one event add up, as does their CPU.
 */
export function boundOf(
  suite: string,
  ceilings: readonly ResultLine[],
  measured: readonly ResultLine[],
): ResultLine {
  const bound = 1 / sum(ceilings.map((line) => 1 / (line.requestsPerSecond ?? Number.NaN)));
  const best = Math.max(...measured.map((line) => line.requestsPerSecond ?? 0));
  return {
    ...{ suite, row: 'Bound: 1 / Σ (1 / ceiling)', connections: null },
    requestsPerSecond: Math.round(bound),
    cpuMicrosPerRequest: sum(ceilings.map((line) => line.cpuMicrosPerRequest ?? 0)),
    ...{ p50Ms: null, p99Ms: null, errors: 0 },
    counted: `the most that was measured is ${(best / bound).toFixed(2)} of it`,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
