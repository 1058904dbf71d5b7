// Forgetting: what nobody needs any longer is deleted, a batch at a time, by whichever worker comes to it.

import { pause } from '../backoff.ts';
import type { Observe } from '../observation.ts';

/**
 * `event_data`: of events, what their producer sent. `events`: them and the outcomes of their units.
 * `dead_letters`. `receipts`: of replicas that an operator retired, and those themselves.
 */
export const keptThings = ['event_data', 'events', 'dead_letters', 'receipts'] as const;
export type KeptThing = (typeof keptThings)[number];

/** Where a pass has got to. Opaque; what is before it was looked at. */
export type RetentionPlace = readonly string[];

export type RetentionStore = {
  /**
   * Looks at the oldest `max` at most that are over and come after `after`, and forgets those that
   * nobody needs any longer. `looked` is less than `max` at the end; also when another worker is at it.
   *
   * Never goes: the event, or its data, of a unit that is parked; an event with an outcome that is
   * not over; one with a dead letter that can be put back. Whoever has a row locked keeps it.
   */
  forget(
    thing: KeptThing,
    batch: { olderThanMs: number; max: number; after: RetentionPlace | null },
  ): Promise<{ looked: number; forgotten: number; next: RetentionPlace | null }>;
};

/** What has to stay is at the front, and would be looked at every time: so it is once in so many turns. */
const turnsFromTheFront = 60;

/** One turn; ends early when it is told to. */
export function createForget(deps: {
  store: RetentionStore;
  keepMs: { readonly [Thing in KeptThing]: number };
  max: number;
  /** Between two batches, so that others have a turn. */
  pauseMs: number;
  observe: Observe;
}): (signal: AbortSignal) => Promise<void> {
  const { store, keepMs, max, pauseMs, observe } = deps;
  const places = new Map<KeptThing, RetentionPlace | null>();
  let turn = 0;

  async function forgetAll(thing: KeptThing, signal: AbortSignal): Promise<void> {
    let [total, isWhole] = [0, false];
    while (!isWhole && !signal.aborted) {
      const after = places.get(thing) ?? null;
      const batch = { olderThanMs: keepMs[thing], max, after };
      const { looked, forgotten, next } = await store.forget(thing, batch);
      places.set(thing, next ?? after);
      total += forgotten;
      isWhole = looked < max;
      if (!isWhole) await pause(pauseMs, signal);
    }
    if (total > 0) observe({ kind: 'forgotten', what: thing, rows: total });
  }

  return async (signal) => {
    if (turn % turnsFromTheFront === 0) places.clear();
    turn += 1;
    for (const thing of keptThings) await forgetAll(thing, signal);
  };
}
