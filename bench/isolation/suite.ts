// Suite `isolation`: what poison does to good events, and a backfill to interactive ones.

import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ResultLine } from '../measurement.ts';
import { runClosed } from '../position/closed.ts';
import { withBench } from '../position/with-bench.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { measureBackfill } from './backfill.ts';
import { config } from './generators/config.ts';
import { measurePoison, quickRetries } from './poison.ts';

const suite = 'isolation';

const configFile = fileURLToPath(new URL('./generators/config.ts', import.meta.url));

/** Of each second that was asked for, and at most: then the code is compiled. */
const warmUpPerSecond = 1_000;
const maxWarmUp = 10_000;

/** What so many events leave to do is done by then. */
const settleMs = 5_000;

export function runIsolationSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { regions } = config;
  const installation = { configFile, regions, workers: 1, env: quickRetries };
  return withBench(suite, installation, options, async (bench) => {
    const { say, seconds, signal } = options;
    const count = Math.min(maxWarmUp, warmUpPerSecond * seconds);
    say(`\n${terminalTable([await runClosed(bench, { row: 'Warm-up', workers: 1, count })])}`);
    await delay(settleMs, undefined, { signal });
    const poison = await measurePoison(bench);
    return [...poison, ...(await measureBackfill(bench))];
  });
}
