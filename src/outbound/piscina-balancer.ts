// Chooses the thread for a unit: the one with the fewest units, and none that is deaf just now as
// long as another one is free. Piscina's own balancer gives a thread to a unit that can be aborted
// all for itself.

import type { Piscina } from 'piscina';

type Options = NonNullable<ConstructorParameters<typeof Piscina>[0]>;
type Choose = NonNullable<Options['loadBalancer']>;

/** A thread that has nothing to do begins with a unit within a fraction of this. */
const deafAfterMs = 25;

export type Balancer = {
  choose: Choose;
  /** A thread has begun with a unit. */
  heard(threadId: number): void;
};

export function createBalancer(tasksPerThread: number, nowMs: () => number): Balancer {
  /** Since when threads owe a word. */
  const askedAtMs = new Map<number, number>();
  return {
    choose(_task, threads) {
      for (const id of askedAtMs.keys()) {
        if (!threads.some((thread) => thread.id === id)) askedAtMs.delete(id);
      }
      const now = nowMs();
      const free = threads
        .map((thread) => {
          // Piscina's way to say that the one unit in there can be aborted.
          const { currentUsage } = thread;
          const units = currentUsage === Number.POSITIVE_INFINITY ? 1 : currentUsage;
          const owesMs = now - (askedAtMs.get(thread.id) ?? now);
          return { thread, units, deafMs: owesMs > deafAfterMs ? owesMs : 0 };
        })
        .filter(({ units }) => units < tasksPerThread)
        .sort((a, b) => a.deafMs - b.deafMs || a.units - b.units);
      const chosen = free[0]?.thread ?? null;
      if (chosen !== null && !askedAtMs.has(chosen.id)) askedAtMs.set(chosen.id, now);
      return chosen;
    },
    heard: (threadId) => askedAtMs.delete(threadId),
  };
}
