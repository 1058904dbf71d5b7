// How a backfill leaves time to interactive events: when each post is let in.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Lane } from '../../../src/domain/event.ts';
import { type BulkLimits, createGiveWay } from '../../../src/domain/ingest/bulk-gives-way.ts';
import type { Observation } from '../../../src/domain/observation.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const bulk = (count: number) => Array.from({ length: count }, () => 'bulk' as const);

/** A gate at which 100 bulk events a second are let in, and when it let each post in. */
function openGate(limits: Partial<BulkLimits> = {}) {
  const beganAtMs = performance.now();
  const elapsedMs = () => performance.now() - beganAtMs;
  const observed: Observation[] = [];
  const giveWay = createGiveWay({
    limits: { perS: 100, patienceMs: 1_000, maxWaiting: 10, ...limits },
    ...{ elapsedMs, observe: (observation) => observed.push(observation) },
  });
  const letInAtMs: { [post: string]: number | string } = {};
  const arrive = (
    post: string,
    lanes: readonly Lane[],
    { producer = 'shop', isWanted = (): boolean => true } = {},
  ) =>
    void giveWay({ producer, lanes, isWanted }).then(
      () => {
        letInAtMs[post] = elapsedMs();
      },
      ({ code }) => {
        letInAtMs[post] = code;
      },
    );
  return { arrive, letInAtMs, observed };
}

it('holds up no backfill while there is nothing else', async () => {
  const { arrive, letInAtMs, observed } = openGate();
  for (const post of ['a', 'b', 'c']) arrive(post, bulk(1_000));
  await vi.advanceTimersByTimeAsync(0);
  expect(letInAtMs).toEqual({ a: 0, b: 0, c: 0 });
  expect(observed).toEqual([]);
});

it('lets bulk events in at their rate while interactive ones come, and tells so once', async () => {
  const { arrive, letInAtMs, observed } = openGate();
  arrive('interactive', ['interactive']);
  for (const post of ['a', 'b', 'c']) arrive(post, bulk(20));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ interactive: 0, a: 0, b: 200, c: 400 });
  expect(observed).toEqual([{ kind: 'bulk_gives_way', producer: 'shop' }]);
});

it('lets all in a second after the last interactive event, and keeps no debt', async () => {
  const { arrive, letInAtMs } = openGate({ patienceMs: 60_000 });
  arrive('interactive', ['interactive']);
  for (const post of ['a', 'b', 'c', 'd']) arrive(post, bulk(1_000));
  await vi.advanceTimersByTimeAsync(1_500);
  arrive('e', bulk(1_000));
  arrive('next', ['interactive']);
  arrive('f', bulk(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(letInAtMs).toEqual({
    ...{ interactive: 0, a: 0, b: 1_000, c: 1_000, d: 1_000, e: 1_500, next: 1_500, f: 1_500 },
  });
});

it('never lets a post of interactive events wait, and one of both lanes as if it were bulk', async () => {
  const { arrive, letInAtMs } = openGate();
  arrive('first', ['interactive', ...bulk(50)]);
  arrive('both', ['interactive', ...bulk(30)]);
  arrive('interactive', ['interactive', 'interactive']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ first: 0, both: 500, interactive: 0 });
});

it('lets no producer wait for what another one posts', async () => {
  const { arrive, letInAtMs } = openGate();
  arrive('interactive', ['interactive']);
  for (const post of ['a', 'b']) arrive(post, bulk(90));
  arrive('of another', bulk(50), { producer: 'bank' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(letInAtMs).toEqual({ interactive: 0, a: 0, b: 900, 'of another': 0 });
});

it('refuses what would wait for too long, which costs those behind it nothing', async () => {
  const { arrive, letInAtMs } = openGate({ patienceMs: 500 });
  arrive('interactive', ['interactive']);
  arrive('large', bulk(60));
  arrive('too late', bulk(100));
  await vi.advanceTimersByTimeAsync(100);
  arrive('small', bulk(1));
  await vi.advanceTimersByTimeAsync(800);
  expect(letInAtMs).toEqual({ interactive: 0, large: 0, 'too late': 'overloaded', small: 600 });
});

it('lets no more posts wait than it may, and others when those are through', async () => {
  const { arrive, letInAtMs } = openGate({ maxWaiting: 2 });
  arrive('interactive', ['interactive']);
  for (const post of ['a', 'b', 'c', 'd']) arrive(post, bulk(10));
  await vi.advanceTimersByTimeAsync(150);
  arrive('e', bulk(10));
  await vi.advanceTimersByTimeAsync(800);
  expect(letInAtMs).toEqual({ interactive: 0, a: 0, b: 100, c: 200, d: 'overloaded', e: 300 });
});

it('lets nothing in that nobody waits for, nor charges anybody for it', async () => {
  const { arrive, letInAtMs } = openGate();
  arrive('interactive', ['interactive']);
  arrive('a', bulk(20));
  arrive('given up', bulk(60), { isWanted: () => false });
  await vi.advanceTimersByTimeAsync(250);
  arrive('b', bulk(10));
  await vi.advanceTimersByTimeAsync(700);
  expect(letInAtMs).toEqual({ interactive: 0, a: 0, 'given up': 'overloaded', b: 250 });
});
