// Users whose positions are to be brought up to date: interactive before bulk, a few at a time.
//
// Files are written synchronously, so a long list would keep the event loop from reads. Between two
// handfuls of users the loop gets its turn.

import { type Lane, lanes } from '../event.ts';

export type DueUsers = {
  /** Resolves once each of them has had its turn. */
  add(users: readonly string[], lane: Lane): Promise<void>;
  isDue(user: string): boolean;
  /** Its turn has come, or has come early; whoever waits for it is told. */
  settle(user: string): void;
  /** Nobody has a turn any more, and whoever waits is told nothing. */
  stop(): void;
};

/** At 50 µs for a body of 5 KB, a turn of the event loop lasts about a millisecond longer. */
const usersPerTurn = 20;

type Waiter = { left: number; resolve: () => void };

/** `bring` must settle the user it is called with, and must not throw. */
export function createDueUsers(bring: (user: string) => void): DueUsers {
  const due = { interactive: new Map<string, Waiter[]>(), bulk: new Map<string, Waiter[]>() };
  let isDraining = false;

  function* next(): Iterable<string> {
    for (const lane of lanes) yield* due[lane].keys();
  }

  function drain(): void {
    let turns = 0;
    for (const user of next()) {
      bring(user);
      turns += 1;
      if (turns === usersPerTurn) break;
    }
    isDraining = lanes.some((lane) => due[lane].size > 0);
    if (isDraining) setImmediate(drain);
  }

  return {
    add(users, lane) {
      const distinct = new Set(users);
      if (distinct.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const waiter = { left: distinct.size, resolve };
        for (const user of distinct) {
          const others = due[lane].get(user);
          if (others === undefined) due[lane].set(user, [waiter]);
          else others.push(waiter);
        }
        if (!isDraining) drain();
      });
    },
    isDue: (user) => lanes.some((lane) => due[lane].has(user)),
    stop() {
      for (const lane of lanes) due[lane].clear();
    },
    settle(user) {
      for (const lane of lanes) {
        const waiters = due[lane].get(user) ?? [];
        due[lane].delete(user);
        for (const waiter of waiters) {
          waiter.left -= 1;
          if (waiter.left === 0) waiter.resolve();
        }
      }
    },
  };
}
