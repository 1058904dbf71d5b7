// Suite `home`: the benchmark of the project that this one grew from, as its author ran it, and as it
// would be honest: 1,000 connections, users nobody has heard of, and users whose content lies there.

import type { ResultLine } from '../measurement.ts';
import { openPlace } from '../place.ts';
import { ensureWrk } from '../programs.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { measureHomeRows } from './measure.ts';
import { startHomeRows } from './rows.ts';

/** In the order of the rows. Rejects when a row answers wrongly. */
export async function runHomeSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { say } = options;
  const wrk = ensureWrk(say);
  const place = openPlace('home');
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}. Starting the servers…`);
    const rows = await startHomeRows(place, options);
    return await measureHomeRows(wrk, rows, options);
  } finally {
    await place.clear();
  }
}
