// Gathers single calls into batches, so that many events share one round trip.
//
// One event alone goes at once. What comes while a batch is under way, or soon after one began, goes
// together: between events that come one by one every process along the way would fall asleep and
// wake up again, which costs more than the event itself.

import type { Lane } from '../event.ts';

export type Batcher<In, Out> = (item: In) => Promise<Out>;

export type BatcherOptions<In, Out> = {
  maxItems: number;
  maxConcurrent: number;
  /** How long after a batch began the next one may, when so many items wait. Asked again and again. */
  intervalMs?: (waiting: number) => number;
  /** An item for which no interval counts, nor for what goes with it. */
  isUrgent?: (item: In) => boolean;
  /** While all that wait expect others, and make no full batch, the first waits for so long. */
  hold?: { forMs: number; expectsOthers: (item: In) => boolean };
  flush: (items: readonly In[]) => Promise<readonly Out[]>;
};

export type LaneBatcherOptions<In, Out> = Omit<BatcherOptions<In, Out>, 'intervalMs'> & {
  /** Of interactive items. */
  isUrgent?: (item: In) => boolean;
  /** Between the beginnings of two batches; a batch that is full waits for nothing. */
  intervalMs?: (lane: Lane) => number;
  /** The same for bulk items while interactive ones come, full or not. */
  yieldingIntervalMs?: number;
};

/** Bulk items give way for so long after an interactive one. */
const yieldingForMs = 250;

/**
 * A batcher for each lane: nothing interactive waits for a batch of bulk work, and bulk work leaves
 * it time in between.
 */
export function createLaneBatcher<In, Out>(
  laneOf: (item: In) => Lane,
  laneOptions: LaneBatcherOptions<In, Out>,
): Batcher<In, Out> {
  const { intervalMs = () => 0, yieldingIntervalMs = 0, isUrgent, ...options } = laneOptions;
  let yieldingUntilMs = 0;
  const untilFull = (lane: Lane) => (waiting: number) =>
    waiting < options.maxItems ? intervalMs(lane) : 0;
  const untilFullOfBulk = untilFull('bulk');
  const batchers = {
    interactive: createBatcher({
      ...{ ...options, intervalMs: untilFull('interactive') },
      ...(isUrgent && { isUrgent }),
    }),
    bulk: createBatcher({
      ...options,
      intervalMs: (waiting) =>
        performance.now() < yieldingUntilMs
          ? Math.max(yieldingIntervalMs, untilFullOfBulk(waiting))
          : untilFullOfBulk(waiting),
    }),
  };
  return (item) => {
    const lane = laneOf(item);
    if (lane === 'interactive') yieldingUntilMs = performance.now() + yieldingForMs;
    return batchers[lane](item);
  };
}

/**
 * Returns a function that hands items to `flush` together: those of one turn of the event loop, and
 * those that came within `intervalMs` or while `maxConcurrent` batches were under way, at most
 * `maxItems` in each. `flush` answers one value per item, in their order; when it rejects, every
 * item of the batch does.
 */
export function createBatcher<In, Out>(options: BatcherOptions<In, Out>): Batcher<In, Out> {
  type Waiting = WaitingItem<In> & {
    resolve: (out: Out) => void;
    reject: (error: unknown) => void;
  };
  const { isUrgent = () => false } = options;
  let waiting: Waiting[] = [];
  let underWay = 0;
  let begunAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let isDue = false;

  function flushDue(): void {
    isDue = false;
    while (underWay < options.maxConcurrent && waiting.length > 0) {
      const waitMs = dueAtMs(waiting, begunAtMs, options) - performance.now();
      if (waitMs > 0) {
        // What comes meanwhile may make a full batch, so that it need not wait any longer; nor need
        // it when interactive items come no more, as in a worker that stops.
        clearTimeout(timer);
        timer = setTimeout(flushSoon, Math.min(waitMs, yieldingForMs));
        return;
      }
      begin();
    }
  }

  function begin(): void {
    const batch = waiting.slice(0, options.maxItems);
    waiting = waiting.slice(options.maxItems);
    underWay += 1;
    begunAtMs = performance.now();
    void flush(batch).finally(() => {
      underWay -= 1;
      flushSoon();
    });
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
      const came = { cameAtMs: performance.now(), isUrgent: isUrgent(item) };
      waiting.push({ item, ...came, resolve, reject });
      flushSoon();
    });
}

type WaitingItem<In> = { item: In; cameAtMs: number; isUrgent: boolean };

/** When the next batch may begin, if none did since `begunAtMs`. Some wait. */
function dueAtMs<In>(
  waiting: readonly WaitingItem<In>[],
  begunAtMs: number,
  { maxItems, intervalMs = () => 0, hold }: BatcherOptions<In, unknown>,
): number {
  const isUrgent = waiting.some((one) => one.isUrgent);
  const intervalEndsMs = begunAtMs + (isUrgent ? 0 : intervalMs(waiting.length));
  const [first] = waiting;
  if (first === undefined || hold === undefined || waiting.length >= maxItems)
    return intervalEndsMs;
  const isHeld = waiting.every(({ item }) => hold.expectsOthers(item));
  return isHeld ? Math.max(intervalEndsMs, first.cameAtMs + hold.forMs) : intervalEndsMs;
}
