// Entry: measures what the documentation claims. `npm run bench -- --suite read`

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { barChart } from './bar-chart.ts';
import { type BenchOptions, readArguments, usage } from './bench-arguments.ts';
import { writeIntoPage } from './docs-table.ts';
import { runEdgeSuite } from './edge/suite.ts';
import { runFactsSuite } from './facts/suite.ts';
import { runGzipSuite } from './gzip/suite.ts';
import { runHomeSuite } from './home/suite.ts';
import { runIngestSuite } from './ingest/suite.ts';
import { runInspectSuite } from './inspect/suite.ts';
import { runIsolationSuite } from './isolation/suite.ts';
import type { Measurement, ResultLine } from './measurement.ts';
import { runPositionSuite } from './position/suite.ts';
import { runReadSuite } from './read/suite.ts';
import { runReceiptsSuite } from './receipts/suite.ts';
import { markdownTable, terminalTable } from './result-table.ts';
import { runSignatureSuite } from './signature/suite.ts';
import { runSlowSuite } from './slow/suite.ts';

const suites = {
  ...{ read: runReadSuite, gzip: runGzipSuite, edge: runEdgeSuite },
  ...{ ingest: runIngestSuite, position: runPositionSuite, slow: runSlowSuite },
  ...{ isolation: runIsolationSuite, inspect: runInspectSuite, facts: runFactsSuite },
  ...{ receipts: runReceiptsSuite, home: runHomeSuite, signature: runSignatureSuite },
};
const root = join(import.meta.dirname, '..');

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort(new Error(`Ended by ${signal}.`)));
}

const options = optionsOrNull();
if (options === 'help') console.log(usage);
else if (options !== null) await measure(options);

/** `null` when they make no sense, which it has told then. */
function optionsOrNull(): BenchOptions | 'help' | null {
  try {
    const read = readArguments(process.argv.slice(2));
    if (read === 'help' || Object.hasOwn(suites, read.suite)) return read;
    throw new Error(`There is no suite ${read.suite}.\n\n${usage}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
    return null;
  }
}

async function measure(options: BenchOptions): Promise<void> {
  const run = suites[options.suite as keyof typeof suites];
  try {
    const signal = interrupted.signal;
    const results: readonly ResultLine[] = await run({
      ...options,
      signal,
      say: (text) => console.log(text),
    });
    console.log(`\n${terminalTable(results)}`);
    if (options.jsonFile !== null) {
      writeFileSync(options.jsonFile, `${JSON.stringify(results, null, 2)}\n`);
    }
    if (options.writesDocs) writeDocs(options.suite, results);
    // Errors are in the table, but nobody should have to look for them.
    if (results.some(({ errors }) => errors > 0)) process.exitCode = 1;
  } catch (error) {
    console.error(interrupted.signal.aborted ? String(interrupted.signal.reason) : error);
    process.exitCode = 1;
  }
}

function writeDocs(suite: string, results: readonly ResultLine[]): void {
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  // A line each, so that a difference between two runs can be read.
  const lines = results.map((line) => JSON.stringify(line)).join(',\n');
  writeFileSync(join(folder, `${suite}.json`), `[\n${lines}\n]\n`);
  // The chart is one of CPU.
  const loaded = results.filter(isUnderLoad);
  if (loaded.length > 0) writeFileSync(join(folder, `${suite}.svg`), barChart(loaded));
  const page = suite === 'inspect' ? 'sql.md' : 'performance.md';
  writeIntoPage(join(root, 'docs', page), suite, markdownTable(results));
}

function isUnderLoad(line: ResultLine): line is Measurement {
  const { connections, requestsPerSecond, cpuMicrosPerRequest, p50Ms, p99Ms } = line;
  const figures = [connections, requestsPerSecond, cpuMicrosPerRequest, p50Ms, p99Ms];
  return figures.every((figure) => figure !== null);
}
