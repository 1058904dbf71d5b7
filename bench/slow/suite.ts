// Suite `slow`: whether workers beside each other do more, where all that takes time is waiting.

import { fileURLToPath } from 'node:url';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import { runClosed } from '../position/closed.ts';
import type { Bench } from '../position/run.ts';
import { withBench } from '../position/with-bench.ts';
import { nameOf, setWorkers, workerCounts } from '../position/workers.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { concurrency, config, generatorMs } from './generators/config.ts';

const suite = 'slow';

const configFile = fileURLToPath(new URL('./generators/config.ts', import.meta.url));

/** Events in one POST, so that the ingest takes little of the CPU. */
const batch = 100;

/** What one worker can do at most. */
const perWorker = (concurrency * 1_000) / generatorMs;

export function runSlowSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { regions } = config;
  return withBench(suite, { configFile, regions }, options, async (bench) => {
    const lines: ResultLine[] = [];
    for (const workers of workerCounts) lines.push(...(await measureWorkers(bench, workers)));
    return lines.map((line) => ({
      ...line,
      counted: `${timesFirst(line, lines)}; ${line.counted}`,
    }));
  });
}

async function measureWorkers(bench: Bench, workers: number): Promise<ResultLine[]> {
  const { say, seconds, runs } = bench.options;
  await setWorkers(bench.edge, workers);
  const row = `${generatorMs} ms, ${concurrency} at a time, ${nameOf(workers)}`;
  await runClosed(bench, { row, workers, batch, count: perWorker * workers });
  const lines: ResultLine[] = [];
  const count = perWorker * workers * seconds;
  for (let run = 1; run <= runs; run += 1) {
    const line = await runClosed(bench, { row, workers, batch, count });
    say(`\nRun ${run} of ${runs}\n${terminalTable([line])}`);
    lines.push(line);
  }
  return medianLines(lines);
}

function timesFirst(line: ResultLine, [first]: readonly ResultLine[]): string {
  const times = (line.requestsPerSecond ?? 0) / (first?.requestsPerSecond ?? Number.NaN);
  return `${times.toFixed(2)} times 1 worker`;
}
