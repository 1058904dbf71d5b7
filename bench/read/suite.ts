// Suite `read`: what it costs to answer a read, positioned and in the ways one would else do it.

import type { BenchOptions } from '../bench-arguments.ts';
import type { Measurement } from '../measurement.ts';
import { openPlace } from '../place.ts';
import { ensureWrk } from '../programs.ts';
import { measureRows } from './measure-rows.ts';
import { startRows } from './rows.ts';

const suite = 'read';

export type SuiteOptions = BenchOptions & { say: (text: string) => void; signal: AbortSignal };

/** In the order of the rows, by number of connections. Rejects when a row answers wrongly. */
export async function runReadSuite(options: SuiteOptions): Promise<Measurement[]> {
  const { say } = options;
  const wrk = ensureWrk(say);
  const place = openPlace(suite);
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}. Starting the servers…`);
    const rows = await startRows(place, say);
    return await measureRows(wrk, rows, { ...options, suite, connectionCounts: [64, 1_000] });
  } finally {
    await place.clear();
  }
}
