// A backfill is posted as fast as it can be, and would take the broker and every core there is. So
// while interactive events come, and for a second after, bulk ones are let in at a bounded rate.

import assert from 'node:assert';
import { Failure } from '../errors.ts';
import type { Lane } from '../event.ts';
import type { Observe } from '../observation.ts';

export type Post = {
  producer: string;
  /** Of each of its events. One that has both lanes waits as bulk ones do. */
  lanes: readonly Lane[];
  /** Whether somebody still waits for the answer. */
  isWanted: () => boolean;
};

/**
 * Resolves when the events of the post may go on. Rejects with `overloaded` when they would wait
 * for too long, or nobody wants to know any more.
 */
export type GiveWay = (post: Post) => Promise<void>;

export type BulkLimits = {
  /** Bulk events let in a second, of each producer: one's backfill is not to stop the others'. */
  perS: number;
  /** Longer than this no post waits. */
  patienceMs: number;
  /** More posts than this never wait at a time. */
  maxWaiting: number;
};

const yieldingForMs = 1_000;

export function createGiveWay(deps: {
  limits: BulkLimits;
  elapsedMs: () => number;
  observe: Observe;
}): GiveWay {
  const { limits, elapsedMs, observe } = deps;
  assert(limits.perS > 0);
  let yieldingUntilMs = Number.NEGATIVE_INFINITY;
  /** When all that a producer was let in with, or waits with, is paid for. Forgotten after a lull. */
  const paidAtMs = new Map<string, number>();
  /** Producers that had to wait since then. */
  const told = new Set<string>();
  let waiting = 0;

  function noteInteractive(): void {
    const nowMs = elapsedMs();
    if (nowMs >= yieldingUntilMs) {
      paidAtMs.clear();
      told.clear();
    }
    yieldingUntilMs = nowMs + yieldingForMs;
  }

  function reserve(producer: string, bulk: number): number {
    const nowMs = elapsedMs();
    const dueAtMs = Math.max(nowMs, paidAtMs.get(producer) ?? nowMs);
    const mustWait = dueAtMs > nowMs;
    if (mustWait && !told.has(producer)) observe({ kind: 'bulk_gives_way', producer });
    if (mustWait) told.add(producer);
    if (dueAtMs - nowMs > limits.patienceMs || (mustWait && waiting >= limits.maxWaiting)) {
      throw overloaded('Bulk events wait for interactive ones.');
    }
    pay(producer, dueAtMs, bulk);
    return dueAtMs;
  }

  function pay(producer: string, fromMs: number, bulk: number): void {
    paidAtMs.set(producer, fromMs + (bulk * 1_000) / limits.perS);
  }

  /** Until then, or until interactive events have ceased to come. */
  async function wait(dueAtMs: number): Promise<void> {
    waiting += 1;
    for (;;) {
      const leftMs = Math.min(dueAtMs, yieldingUntilMs) - elapsedMs();
      if (leftMs <= 0) break;
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(leftMs)));
    }
    waiting -= 1;
  }

  return async ({ producer, lanes, isWanted }) => {
    const bulk = lanes.filter((lane) => lane === 'bulk').length;
    if (bulk < lanes.length) noteInteractive();
    if (bulk === 0 || elapsedMs() >= yieldingUntilMs) return;
    const dueAtMs = reserve(producer, bulk);
    if (dueAtMs <= elapsedMs()) return;
    await wait(dueAtMs);
    if (isWanted()) return;
    pay(producer, paidAtMs.get(producer) ?? elapsedMs(), -bulk);
    throw overloaded('Nobody waited for the answer any longer.');
  };
}

function overloaded(why: string): Failure {
  return new Failure('overloaded', `${why} Send these again later.`);
}
