// Suite `edge`: the whole way, from a producer's POST to a client's bytes, and what disturbs it.

import { setTimeout as delay } from 'node:timers/promises';
import type { ResultLine } from '../measurement.ts';
import { openPlace } from '../place.ts';
import type { SuiteOptions } from '../read/suite.ts';
import { terminalTable } from '../result-table.ts';
import { runExpiry } from './expiry.ts';
import { runFlood } from './flood.ts';
import { openEdge } from './open-edge.ts';
import { runStreams } from './streams.ts';
import { runWaits } from './waits.ts';

/** In turn, the one that leaves most behind last. */
const parts = [runWaits, runStreams, runFlood, runExpiry];

/** Requests that nobody waits for any more are still answered after a flood. */
const settleMs = 10_000;

export async function runEdgeSuite(options: SuiteOptions): Promise<ResultLine[]> {
  const { say, signal } = options;
  const place = openPlace('edge');
  try {
    say(`Positions are on ${place.isMemory ? 'tmpfs' : 'the disk'}.`);
    const edge = await openEdge(place, { say, signal });
    try {
      const lines: ResultLine[] = [];
      for (const run of parts) {
        signal.throwIfAborted();
        const ofPart = await run(edge, options);
        // At once: it is not lost should a later part fail.
        say(`\n${terminalTable(ofPart)}\n`);
        lines.push(...ofPart);
        await delay(settleMs, undefined, { signal });
      }
      return lines;
    } finally {
      await edge.stop();
    }
  } finally {
    await place.clear();
  }
}
