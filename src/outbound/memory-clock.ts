// Words of the clock within one process.

import type { ClockBroadcaster, ClockListener } from '../domain/clock-broadcast.ts';

export function memoryClock(): ClockBroadcaster & ClockListener {
  const listeners = new Set<(unixMs: number) => void>();
  return {
    async broadcast(unixMs) {
      for (const hear of listeners) hear(unixMs);
    },
    async listen(hear) {
      // A function of its own, should somebody listen twice with the same one.
      const listener = (unixMs: number) => hear(unixMs);
      listeners.add(listener);
      return {
        async stop() {
          listeners.delete(listener);
        },
      };
    },
  };
}
