// A worker's clock, wired: Postgres's, told to every ingest and followed by the worker itself.

import type { ClockBroadcaster, ReadClock } from '../domain/clock-broadcast.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock, Running } from '../domain/ports.ts';
import { createReferenceClock } from '../domain/reference-clock.ts';
import { broadcastClock } from '../domain/worker/broadcast-clock.ts';

export function startClock(parts: {
  read: ReadClock;
  broadcaster: ClockBroadcaster;
  observe: Observe;
}): Running & { nowMs: Clock } {
  const { observe } = parts;
  const { nowMs, hear } = createReferenceClock({
    ownMs: Date.now,
    elapsedMs: () => performance.now(),
    observe,
  });
  return { ...broadcastClock({ ...parts, hear }), nowMs };
}
