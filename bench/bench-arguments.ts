// What `npm run bench --` takes.

import { parseArgs } from 'node:util';

export type BenchOptions = {
  suite: string;
  /** Where the result goes as JSON, besides the terminal. */
  jsonFile: string | null;
  /** Of each run, without its warm-up. */
  seconds: number;
  /** Of each row and number of connections; the median counts. */
  runs: number;
  /** Of the backfill in suite `isolation`. */
  documents: number;
  /** Whether docs/performance.md and the chart are written anew. */
  writesDocs: boolean;
};

export const usage = `npm run bench -- --suite NAME [--json FILE] [--seconds N] [--runs N] [--documents N]
                               [--write-docs]

  --suite       what to measure: read, gzip, edge, ingest, position, slow, isolation
  --json        where to write the result
  --seconds     length of a run (5)
  --runs        runs of each row, of which the median counts (3)
  --documents   users of the backfill in suite isolation (200000)
  --write-docs  also write the chart in bench/results and the table in docs/performance.md`;

/** Throws, with a text for a person, when the arguments make no sense. */
export function readArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      suite: { type: 'string', default: 'read' },
      json: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      runs: { type: 'string', default: '3' },
      documents: { type: 'string', default: '200000' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  return {
    suite: values.suite,
    jsonFile: values.json ?? null,
    seconds: count('--seconds', values.seconds),
    runs: count('--runs', values.runs),
    documents: count('--documents', values.documents),
    writesDocs: values['write-docs'],
  };
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`${name} must be a whole number from 1.`);
  return Number(text);
}
