// `coalesce: 'latest'`: while a generator runs for a user, only the newest of that user's further
// events waits for it; the others are superseded without being generated.

import { compareOrder, type OrderKey } from '../order.ts';

type Decide = (turn: Turn) => void;

/** Copies of one event wait together: none of them supersedes another. */
type Line = { waiting: { order: OrderKey; copies: Decide[] } | null };

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
      const { waiting } = line;
      const age = waiting === null ? 1 : compareOrder(order, waiting.order);
      if (age < 0) return Promise.resolve('superseded');
      return new Promise((decide) => {
        if (age > 0) {
          for (const other of waiting?.copies ?? []) other('superseded');
          line.waiting = { order, copies: [] };
        }
        line.waiting?.copies.push(decide);
      });
    },

    leave(key) {
      const line = lines.get(key);
      const next = line?.waiting?.copies.shift();
      if (next === undefined) lines.delete(key);
      else next('run');
    },
  };
}
