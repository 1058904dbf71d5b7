// What `npm run bench --` takes.

import { parseCommandLine } from '../src/main/command-line.ts';

export type BenchOptions = {
  suite: string;
  /** Where the result goes as JSON, besides the terminal. */
  jsonFile: string | null;
  /** Of each run, without its warm-up. */
  seconds: number;
  /** Of each row and number of connections; the median counts. */
  runs: number;
  /** Of the backfill in suite `isolation`; strangers in suite `home`. */
  documents: number;
  /** Whether docs/performance.md and the chart are written anew. */
  writesDocs: boolean;
};

export const usage = `npm run bench -- --suite NAME [--json FILE] [--seconds N] [--runs N] [--documents N]
                               [--write-docs]

  --suite       what to measure: read, gzip, edge, ingest, position, slow, isolation, inspect,
                facts, receipts, home, signature
  --json        where to write the result
  --seconds     length of a run (5)
  --runs        runs of each row, of which the median counts (3)
  --documents   users of the backfill in suite isolation, documents in suite inspect, strangers in
                suite home (200000)
  --write-docs  also write the chart in bench/results and the table in docs/performance.md
  --help        this text`;

/** Throws, with a text for a person, when the arguments make no sense. */
export function readArguments(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseCommandLine(args, {
    usage,
    options: {
      help: { type: 'boolean', default: false },
      suite: { type: 'string', default: 'read' },
      json: { type: 'string' },
      seconds: { type: 'string', default: '5' },
      runs: { type: 'string', default: '3' },
      documents: { type: 'string', default: '200000' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
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
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new Error(`${name} must be a whole number from 1.\n\n${usage}`);
  return Number(text);
}
