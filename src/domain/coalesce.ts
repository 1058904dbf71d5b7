// `coalesce: 'latest'`: while a generator runs for a user, only the newest of that user's further
// events waits for it; the others are superseded without being generated.

import { compareOrder, type OrderKey } from './order.ts';

type Line = { waiting: { order: OrderKey; decide: (turn: Turn) => void } | null };

export type Turn = 'run' | 'superseded';

export type Coalescer = {
  /** Resolves with `run` when it is this event's turn; `leave` must follow. */
  enter(key: string, order: OrderKey): Promise<Turn>;
  leave(key: string): void;
};

export function createCoalescer(): Coalescer {
  const lines = new Map<string, Line>();
  return {
    enter(key, order) {
      const line = lines.get(key);
      if (line === undefined) {
        lines.set(key, { waiting: null });
        return Promise.resolve('run');
      }
      const other = line.waiting;
      if (other !== null && compareOrder(order, other.order) < 0) {
        return Promise.resolve('superseded');
      }
      other?.decide('superseded');
      return new Promise((decide) => {
        line.waiting = { order, decide };
      });
    },

    leave(key) {
      const line = lines.get(key);
      const next = line?.waiting;
      if (line === undefined || next == null) lines.delete(key);
      else {
        line.waiting = null;
        next.decide('run');
      }
    },
  };
}
