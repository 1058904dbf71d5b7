// A backfill is posted as fast as it can be, and would take the broker and every core there is. So
// bulk events come in at a bounded rate while interactive ones come, and for a second after.

import assert from 'node:assert';
import { Failure } from '../errors.ts';
import type { Lane } from '../event.ts';

/**
 * Resolves when events of these lanes, all of one request, may go on. Those with an interactive one
 * among them always may. Rejects with `overloaded` when too much waits already.
 */
export type GiveWay = (lanes: readonly Lane[]) => Promise<void>;

export type BulkLimits = {
  /** Bulk events let in a second while interactive ones come. */
  perS: number;
  /** Longer than this no request waits. */
  patienceMs: number;
  /** More requests than this never wait at a time. */
  maxWaiting: number;
};

const yieldingForMs = 1_000;

export function createGiveWay({
  limits: { perS, patienceMs, maxWaiting },
  elapsedMs,
}: {
  limits: BulkLimits;
  elapsedMs: () => number;
}): GiveWay {
  assert(perS > 0);
  let yieldingUntilMs = Number.NEGATIVE_INFINITY;
  /** When all that was let in, or waits to be, is paid for. */
  let paidAtMs = Number.NEGATIVE_INFINITY;
  let waiting = 0;

  return async (lanes) => {
    const nowMs = elapsedMs();
    const bulk = lanes.filter((lane) => lane === 'bulk').length;
    if (bulk < lanes.length) yieldingUntilMs = nowMs + yieldingForMs;
    if (bulk === 0 || nowMs >= yieldingUntilMs) return;
    const waitMs = bulk < lanes.length ? 0 : Math.max(0, paidAtMs - nowMs);
    if (waitMs > patienceMs || (waitMs > 0 && waiting >= maxWaiting)) {
      const why = 'Bulk events wait for interactive ones.';
      throw new Failure('overloaded', `${why} Send these again later.`);
    }
    paidAtMs = Math.max(paidAtMs, nowMs) + (bulk * 1_000) / perS;
    if (waitMs === 0) return;
    waiting += 1;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waiting -= 1;
  };
}
