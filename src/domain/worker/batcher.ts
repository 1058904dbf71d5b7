// Gathers single calls into batches, so that many events share one round trip.
//
// Nothing is waited for in order to have a larger batch: whatever comes while the batches before are
// under way is the next one. One event alone goes at once, and the more there are the more share.

import type { Lane } from '../event.ts';

export type Batcher<In, Out> = (item: In) => Promise<Out>;

export type BatcherOptions<In, Out> = {
  maxItems: number;
  maxConcurrent: number;
  flush: (items: readonly In[]) => Promise<readonly Out[]>;
};

/** A batcher for each lane: nothing interactive waits for a batch of bulk work. */
export function createLaneBatcher<In, Out>(
  laneOf: (item: In) => Lane,
  options: BatcherOptions<In, Out>,
): Batcher<In, Out> {
  const batchers = { interactive: createBatcher(options), bulk: createBatcher(options) };
  return (item) => batchers[laneOf(item)](item);
}

/**
 * Returns a function that hands items to `flush` together: those of one turn of the event loop, and
 * those that came while `maxConcurrent` batches were under way, at most `maxItems` in each.
 * `flush` answers one value per item, in their order; when it rejects, every item of the batch does.
 */
export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  type Waiting = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isDue = false;

  function flushDue(): void {
    isDue = false;
    while (underWay < options.maxConcurrent && waiting.length > 0) {
      const batch = waiting.slice(0, options.maxItems);
      waiting = waiting.slice(options.maxItems);
      underWay += 1;
      void flush(batch).finally(() => {
        underWay -= 1;
        flushSoon();
      });
    }
  }

  function flushSoon(): void {
    if (isDue || waiting.length === 0) return;
    isDue = true;
    setImmediate(flushDue);
  }

  /** Never rejects. */
  async function flush(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await options.flush(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Out);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      flushSoon();
    });
}
