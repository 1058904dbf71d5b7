// Tells every ingest what Postgres's clock shows, so that one with a wrong clock does not matter.

import type { ClockBroadcaster, ReadClock } from '../clock-broadcast.ts';
import { describeError, Failure } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import { within } from '../within.ts';

const everyMs = 1_000;

/** What took longer may be old, and another reading follows. */
const maxReadMs = 200;

/**
 * Every worker does it, so that nobody has to be elected. The time is sent as it was read: whoever
 * hears it counts on it being late, and would be misled by a guess that is early. `hear` is for this
 * worker's own clock. Nobody waits for this. A failure is told when it is the second in a row, once:
 * the first is usual at a start, and one word does not matter.
 */
export function broadcastClock(deps: {
  read: ReadClock;
  hear: (unixMs: number) => void;
  broadcaster: ClockBroadcaster;
  observe: Observe;
}): Running {
  const { read, hear, broadcaster, observe } = deps;
  let isReading = false;
  let failures = 0;

  async function readInTime(): Promise<number> {
    // A database that hangs gets one question, not one more each second.
    if (isReading) throw new Failure('unavailable', 'The last reading was not answered yet.');
    isReading = true;
    const reading = read().finally(() => {
      isReading = false;
    });
    return within(maxReadMs, 'Reading the clock', reading);
  }

  async function turn(): Promise<void> {
    try {
      const unixMs = await readInTime();
      hear(unixMs);
      await broadcaster.broadcast(unixMs);
      if (failures > 1) observe({ kind: 'clock_broadcast_resumed' });
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures !== 2) return;
      observe({ kind: 'clock_broadcast_failed', error: describeError(error) });
    }
  }

  return repeat('broadcast_clock', everyMs, turn, observe);
}
