// Suite `receipts`: what it costs that replicas say what they have positioned, and Postgres keeps it.

import { fileURLToPath } from 'node:url';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { runClosed } from '../position/closed.ts';
import { config } from '../position/generators/config.ts';
import type { Bench } from '../position/run.ts';
import { withBench } from '../position/with-bench.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';

const suite = 'receipts';

const configFile = fileURLToPath(new URL('../position/generators/config.ts', import.meta.url));

/** One receipt a second is as good as none: a replica drops the others before it has written them. */
const none = { BEFOREHAND_RECEIPTS_MAX_WAITING: '1' };

/** Events of each second that was asked for, each about another user: every receipt is a new row. */
const eventsPerSecond = 800;

/** In one POST. */
const batch = 50;

const warmUpEvents = 10_000;

/** Receipts are stored within two seconds of the position. */
const lingerMs = 3_000;

/** Two installations side by side, measured in turn: what disturbs the one disturbs the other. */
export function runReceiptsSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const installation = { configFile, regions: config.regions, workers: 1 };
  return withBench(suite, { ...installation, env: none }, options, (without) =>
    withBench(suite, installation, options, (withThem) => measure(without, withThem)),
  );
}

async function measure(without: Bench, withThem: Bench): Promise<ResultLine[]> {
  const { say, seconds, runs } = without.options;
  for (const bench of [without, withThem]) await measureOne(bench, 'Warm-up', warmUpEvents);
  const pairs: [ResultLine, ResultLine][] = [];
  for (let run = 1; run <= runs; run += 1) {
    const count = eventsPerSecond * seconds;
    const measureRow = {
      without: () => measureOne(without, 'Events to 3 regions, without receipts', count),
      withThem: () => measureOne(withThem, 'Events to 3 regions, with receipts', count),
    };
    // Neither is always the first of its pair.
    const isTurned = run % 2 === 0;
    const first = await measureRow[isTurned ? 'withThem' : 'without']();
    const second = await measureRow[isTurned ? 'without' : 'withThem']();
    const pair: [ResultLine, ResultLine] = isTurned ? [second, first] : [first, second];
    say(`\nPair ${run} of ${runs}\n${terminalTable(pair)}`);
    pairs.push(pair);
  }
  return [...medianLines(pairs.flat()), differenceOf(pairs)];
}

function measureOne(bench: Bench, row: string, count: number): Promise<ResultLine> {
  return runClosed(bench, { row, workers: 1, count, batch, lingerMs });
}

/** Of each pair, and their median: a machine that grows slower does so for both. */
function differenceOf(pairs: readonly [ResultLine, ResultLine][]): ResultLine {
  const costs = pairs
    .map(([without, withThem]) => cpuOf(withThem) - cpuOf(without))
    .toSorted((a, b) => a - b);
  const middle = costs[Math.floor((costs.length - 1) / 2)] as number;
  const base = medianLines(pairs.map(([without]) => without)).map(cpuOf)[0] as number;
  const [least, most] = [costs[0] as number, costs.at(-1) as number];
  return {
    ...{ suite, row: 'Difference, median of the pairs', connections: null },
    ...{ requestsPerSecond: null, p50Ms: null, p99Ms: null, errors: 0 },
    cpuMicrosPerRequest: Math.round(middle * 10) / 10,
    counted: `${((middle / base) * 100).toFixed(1)} %; from ${Math.round(least)} to ${Math.round(most)} in ${pairs.length} pairs`,
  };
}

const cpuOf = (line: ResultLine) => line.cpuMicrosPerRequest as number;
