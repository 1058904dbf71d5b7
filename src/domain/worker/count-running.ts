// How many units run just now, for whoever wants to know whether more are about to end.

import type { AcceptedEvent, Lane } from '../event.ts';
import type { UnitRunner } from '../ports.ts';
import type { UnitCall } from './unit-call.ts';

export type CountedRunner = UnitRunner & {
  /** Units of the lane that were handed over and have not ended. */
  running(lane: Lane): number;
  /** Whether one of them is a generator's, of this event. */
  isGenerating(event: AcceptedEvent): boolean;
};

export function countRunning(runner: UnitRunner): CountedRunner {
  const count = { interactive: 0, bulk: 0 };
  const generating = new Map<string, number>();
  const change = ({ event, unit }: UnitCall, by: number) => {
    count[event.lane] += by;
    if (unit.slot === null) return;
    const left = (generating.get(event.ticket) ?? 0) + by;
    if (left === 0) generating.delete(event.ticket);
    else generating.set(event.ticket, left);
  };
  return {
    async run(call) {
      change(call, 1);
      try {
        return await runner.run(call);
      } finally {
        change(call, -1);
      }
    },
    running: (lane) => count[lane],
    isGenerating: ({ ticket }) => generating.has(ticket),
    close: () => runner.close(),
  };
}
