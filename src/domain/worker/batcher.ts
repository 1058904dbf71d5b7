// Gathers single calls into batches, so that many events share one round trip.

export type Batcher<In, Out> = (item: In) => Promise<Out>;

/**
 * Returns a function that hands items to `flush` together: as soon as `maxItems` are there, or
 * `maxWaitMs` after the first one. `flush` answers one value per item, in their order; when it
 * rejects, every item of the batch does.
 */
export function createBatcher<In, Out>(options: {
  maxItems: number;
  maxWaitMs: number;
  flush: (items: readonly In[]) => Promise<readonly Out[]>;
}): Batcher<In, Out> {
  type Waiting = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flushNow(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    options.flush(batch.map(({ item }) => item)).then(
      (answers) => {
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Out);
      },
      (error) => {
        for (const { reject } of batch) reject(error);
      },
    );
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (waiting.length >= options.maxItems) flushNow();
      else timer ??= setTimeout(flushNow, options.maxWaitMs);
    });
}
