// Generic content that is made anew every so often. The beginning of a period is an event like any
// other; its id names the period, so that of all workers that report it one does the work.

import { type Generator, timerEventType } from '../authors.ts';
import type { AcceptedEvent, NameEvent } from '../event.ts';
import type { Clock, EventPublisher } from '../ports.ts';
import { platformSource } from '../reserved-sources.ts';
import { stampAt } from '../stamp.ts';

const timerSource = platformSource('timers');

/** One turn: reports each period that began since the turn before. */
export function createScheduleTimers(deps: {
  generators: readonly Generator[];
  publisher: EventPublisher;
  nowMs: Clock;
  naming: NameEvent;
}): () => Promise<void> {
  const reported = new Map<string, number>();
  return async () => {
    for (const { name, everyMs } of deps.generators) {
      if (everyMs === null) continue;
      const period = Math.floor(deps.nowMs() / everyMs);
      if (reported.get(name) === period) continue;
      await deps.publisher.publish([timerEvent(name, period, everyMs, deps.naming)]);
      reported.set(name, period);
    }
  };
}

/** The same in every worker, to the last byte. */
function timerEvent(
  generator: string,
  period: number,
  everyMs: number,
  { ticketOf, digestOf }: NameEvent,
): AcceptedEvent {
  const id = `${generator}@${new Date(period * everyMs).toISOString()}`;
  const data = { generator };
  return {
    source: timerSource,
    id,
    type: timerEventType,
    user: null,
    lane: 'interactive',
    stamp: stampAt(period * everyMs),
    ticket: ticketOf(timerSource, id),
    digest: digestOf(timerEventType, data),
    acceptedAtMs: period * everyMs,
    data,
  };
}
