import { expect, it } from 'vitest';
import { createBalancer } from '../../src/outbound/piscina-balancer.ts';

type Threads = Parameters<ReturnType<typeof createBalancer>['choose']>[1];

function setUp(usages: readonly number[]) {
  let nowMs = 1_000;
  const threads = usages.map((currentUsage, id) => ({ id, currentUsage })) as unknown as Threads;
  const balancer = createBalancer(3, () => nowMs);
  const chosen = () => balancer.choose(null as never, threads)?.id ?? null;
  return { balancer, chosen, passMs: (ms: number) => (nowMs += ms) };
}

it('chooses the thread with the fewest units, and none when all are full', () => {
  expect(setUp([2, 1, Number.POSITIVE_INFINITY]).chosen()).toBe(1);
  expect(setUp([3, 2, 3]).chosen()).toBe(1);
  expect(setUp([3, 3]).chosen()).toBeNull();
});

it('avoids a thread that owes a word, as long as another one is free', () => {
  const { balancer, chosen, passMs } = setUp([0, 2, 3]);
  expect(chosen()).toBe(0);
  passMs(20);
  expect(chosen()).toBe(0);
  passMs(20);
  expect(chosen()).toBe(1);
  balancer.heard(0);
  expect(chosen()).toBe(0);
});

it('gives units to a deaf thread rather than to none', () => {
  const { chosen, passMs } = setUp([1, 3]);
  chosen();
  passMs(1_000);
  expect(chosen()).toBe(0);
});

it('prefers the thread that has been deaf for less long, as all are on a busy machine', () => {
  const { chosen, passMs } = setUp([0, 0]);
  expect(chosen()).toBe(0);
  passMs(30);
  expect(chosen()).toBe(1);
  passMs(30);
  expect(chosen()).toBe(1);
});
