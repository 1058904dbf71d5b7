// Suite `position`: how many events a second reach three regions, and how long each is on its way.

import { fileURLToPath } from 'node:url';
import { boundOf, runCeilings } from '../ceilings/ceilings.ts';
import type { ResultLine } from '../measurement.ts';
import { medianLines } from '../median-line.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { runClosed } from './closed.ts';
import { config } from './generators/config.ts';
import { runOpen } from './open.ts';
import { type Bench, withThousands } from './run.ts';
import { withBench } from './with-bench.ts';
import { nameOf, setWorkers, workerCounts } from './workers.ts';

const suite = 'position';

const configFile = fileURLToPath(new URL('./generators/config.ts', import.meta.url));

/** Events of each second that was asked for; a machine that positions fewer takes longer. */
const eventsPerSecond = 800;

/** In one POST, of producers that have many. */
const batch = 50;

/** With one worker. */
const rates = [200, 500, 1_000] as const;

/** Of each worker, until its code is compiled. */
const warmUpEvents = 10_000;

export function runPositionSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { regions } = config;
  return withBench(suite, { configFile, regions }, options, async (bench) => {
    const lines: ResultLine[] = [];
    for (const workers of workerCounts) lines.push(...(await measureWorkers(bench, workers)));
    const ceilings = await measureCeilings(bench);
    const closed = lines.filter(({ connections }) => connections !== null);
    return [...lines, ...ceilings, boundOf(suite, ceilings, closed)];
  });
}

async function measureWorkers(bench: Bench, workers: number): Promise<ResultLine[]> {
  const { say, seconds, runs } = bench.options;
  await setWorkers(bench.edge, workers);
  const row = `As fast as accepted, ${nameOf(workers)}`;
  await runClosed(bench, { row, workers, count: warmUpEvents * workers });
  const lines: ResultLine[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const count = eventsPerSecond * seconds;
    const batched = { row: `${row}, ${batch} a POST`, workers, count, batch };
    const ofRun = [
      await runClosed(bench, { row, workers, count }),
      await runClosed(bench, batched),
    ];
    for (const perSecond of workers === 1 ? rates : []) {
      const row = `${withThousands(perSecond)}/s, ${nameOf(workers)}`;
      ofRun.push(...(await runOpen(bench, { row, workers, perSecond, seconds })));
    }
    say(`\nRun ${run} of ${runs}\n${terminalTable(ofRun)}`);
    lines.push(...ofRun);
  }
  return medianLines(lines);
}

async function measureCeilings({ edge, options, nextRun }: Bench): Promise<ResultLine[]> {
  const { say, seconds, runs, signal } = options;
  await setWorkers(edge, 0);
  const lines: ResultLine[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const given = { edge, regions: config.regions, seconds, run: nextRun() };
    const ofRun = await runCeilings(suite, given, signal);
    say(`\nCeilings, run ${run} of ${runs}\n${terminalTable(ofRun)}`);
    lines.push(...ofRun);
  }
  return medianLines(lines);
}
