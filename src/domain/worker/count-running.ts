// How many units run just now, for whoever wants to know whether more are about to end.

import type { Lane } from '../event.ts';
import type { UnitRunner } from '../ports.ts';

export type CountedRunner = UnitRunner & {
  /** Units of the lane that were handed over and have not ended. */
  running(lane: Lane): number;
};

export function countRunning(runner: UnitRunner): CountedRunner {
  const count = { interactive: 0, bulk: 0 };
  return {
    async run(call) {
      const { lane } = call.event;
      count[lane] += 1;
      try {
        return await runner.run(call);
      } finally {
        count[lane] -= 1;
      }
    },
    running: (lane) => count[lane],
    close: () => runner.close(),
  };
}
