// At its start an ingest waits a moment for the first word of the clock, and then goes by its own.

import { pause } from '../backoff.ts';
import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import type { ReferenceClock } from '../reference-clock.ts';

export type SettlingClock = Running & {
  /** Once true it stays so. Before that a stamp could be wrong by as much as this machine's clock. */
  isSettled(): boolean;
};

/** Workers may be away for long, and events must be accepted all the same: so the wait is short. */
export function settleClock(deps: {
  clock: Pick<ReferenceClock, 'isKnown'>;
  /** Resolves once events could be published. */
  whenConnected: (signal: AbortSignal) => Promise<void>;
  patienceMs: number;
  observe: Observe;
}): SettlingClock {
  const { clock, whenConnected, patienceMs, observe } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  let isPatienceOver = false;

  async function waitForWord(): Promise<void> {
    await whenConnected(signal);
    await pause(patienceMs, signal);
    if (signal.aborted || clock.isKnown()) return;
    isPatienceOver = true;
    observe({ kind: 'clock_unheard', waitedMs: patienceMs });
  }

  // It rejects only when it is stopped before there was a connection.
  const ended = waitForWord().catch(() => {});
  return {
    isSettled: () => clock.isKnown() || isPatienceOver,
    stop() {
      stopping.abort();
      return ended;
    },
  };
}
