// How a backfill leaves time to interactive events: when each request of a lane is let in.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGiveWay } from '../../../src/domain/ingest/bulk-gives-way.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const bulk = (count: number) => Array.from({ length: count }, () => 'bulk' as const);

/** A gate at which 100 bulk events a second are let in, and when it let each request in. */
function openGate(limits: { patienceMs?: number; maxWaiting?: number } = {}) {
  const beganAtMs = performance.now();
  const elapsedMs = () => performance.now() - beganAtMs;
  const giveWay = createGiveWay({
    limits: { perS: 100, patienceMs: 1_000, maxWaiting: 10, ...limits },
    elapsedMs,
  });
  const letInAtMs: { [request: string]: number | 'refused' } = {};
  const arrive = (request: string, lanes: Parameters<typeof giveWay>[0]) =>
    void giveWay(lanes).then(
      () => {
        letInAtMs[request] = elapsedMs();
      },
      (error) => {
        letInAtMs[request] = error.code === 'overloaded' ? 'refused' : error;
      },
    );
  return { arrive, letInAtMs };
}

it('holds up no backfill while there is nothing else', async () => {
  const { arrive, letInAtMs } = openGate();
  for (const request of ['a', 'b', 'c']) arrive(request, bulk(1_000));
  await vi.advanceTimersByTimeAsync(0);
  expect(letInAtMs).toEqual({ a: 0, b: 0, c: 0 });
});

it('lets bulk events in at their rate while interactive ones come, and for a second after', async () => {
  const { arrive, letInAtMs } = openGate();
  arrive('interactive', ['interactive']);
  for (const request of ['a', 'b', 'c']) arrive(request, bulk(20));
  await vi.advanceTimersByTimeAsync(999);
  arrive('d', bulk(1_000));
  arrive('e', bulk(1));
  await vi.advanceTimersByTimeAsync(1);
  arrive('f', bulk(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(letInAtMs).toEqual({
    ...{ interactive: 0, a: 0, b: 200, c: 400, d: 999, e: 'refused', f: 1_000 },
  });
});

it('never lets an interactive event wait, and counts the bulk ones beside it', async () => {
  const { arrive, letInAtMs } = openGate();
  arrive('first', ['interactive', ...bulk(50)]);
  arrive('second', ['interactive', ...bulk(30)]);
  arrive('bulk', bulk(1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ first: 0, second: 0, bulk: 800 });
});

it('refuses what would wait for too long, which costs those behind it nothing', async () => {
  const { arrive, letInAtMs } = openGate({ patienceMs: 500 });
  arrive('interactive', ['interactive']);
  arrive('large', bulk(60));
  arrive('too late', bulk(100));
  await vi.advanceTimersByTimeAsync(100);
  arrive('small', bulk(1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ interactive: 0, large: 0, 'too late': 'refused', small: 600 });
});

it('lets no more requests wait than it may, and others when those are through', async () => {
  const { arrive, letInAtMs } = openGate({ maxWaiting: 2 });
  arrive('interactive', ['interactive']);
  for (const request of ['a', 'b', 'c', 'd']) arrive(request, bulk(10));
  await vi.advanceTimersByTimeAsync(150);
  arrive('e', bulk(10));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ interactive: 0, a: 0, b: 100, c: 200, d: 'refused', e: 300 });
});
