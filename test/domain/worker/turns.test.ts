// Whose turn it is: the limiter of concurrent calls.

import { describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../../src/domain/event.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';

const turn = (max: number, patienceMs: number, lane: Lane = 'interactive') => {
  return { max, patienceMs, lane };
};

describe('the limiter', () => {
  it('lets in as many as may run, and the next one when one leaves', async () => {
    const limiter = createLimiter();
    const first = await limiter.enter('offers', turn(1, 1000));
    const second = limiter.enter('offers', turn(1, 60_000));
    expect(await limiter.enter('books', turn(1, 1))).not.toBeNull();
    first?.();
    expect(await second).not.toBeNull();
  });

  it('answers null when nobody leaves in time', async () => {
    const limiter = createLimiter();
    await limiter.enter('offers', turn(1, 1));
    expect(await limiter.enter('offers', turn(1, 1))).toBeNull();
  });

  it('names what is saturated: as many wait as may run', async () => {
    const limiter = createLimiter();
    await limiter.enter('offers', turn(1, 1000));
    expect(limiter.saturated()).toEqual([]);
    const waiting = limiter.enter('offers', turn(1, 20));
    expect(limiter.saturated()).toEqual(['offers']);
    await waiting;
    expect(limiter.saturated()).toEqual([]);
    const waitingBulk = limiter.enter('offers', turn(1, 20, 'bulk'));
    expect(limiter.saturated()).toEqual(['offers']);
    await waitingBulk;
    expect(limiter.saturated()).toEqual([]);
  });

  it('gives a free turn to who is interactive, however long bulk calls have waited', async () => {
    const limiter = createLimiter();
    const running = await limiter.enter('offers', turn(1, 1000));
    const order: Lane[] = [];
    const bulk = limiter.enter('offers', turn(1, 60_000, 'bulk'));
    const interactive = limiter.enter('offers', turn(1, 60_000));
    void bulk.then(() => order.push('bulk'));
    void interactive.then(() => order.push('interactive'));
    running?.();
    (await interactive)?.();
    await bulk;
    expect(order).toEqual(['interactive', 'bulk']);
  });

  it('leaves some turns free of bulk calls', async () => {
    const limiter = createLimiter();
    const enter = (lane: Lane) => limiter.enter('offers', turn(4, 1, lane));
    const bulk = await Promise.all([enter('bulk'), enter('bulk'), enter('bulk'), enter('bulk')]);
    expect(bulk.filter((leave) => leave === null)).toHaveLength(1);
    expect(await enter('interactive')).not.toBeNull();
    expect(await enter('interactive')).toBeNull();
    bulk[0]?.();
    expect(await enter('bulk')).not.toBeNull();
  });

  it('gives no bulk call the turn that an interactive one leaves, if that is to stay free', async () => {
    const limiter = createLimiter();
    const enter = (lane: Lane, patienceMs = 1) =>
      limiter.enter('offers', turn(4, patienceMs, lane));
    const bulk = await Promise.all([enter('bulk'), enter('bulk'), enter('bulk')]);
    const interactive = await enter('interactive');
    const waiting = enter('bulk', 60_000);
    interactive?.();
    expect(await enter('interactive')).not.toBeNull();
    bulk[0]?.();
    expect(await waiting).not.toBeNull();
  });

  it('keeps no timer of who has a turn', async () => {
    vi.useFakeTimers();
    const limiter = createLimiter();
    const leave = await limiter.enter('offers', turn(1, 1000));
    const waiting = limiter.enter('offers', turn(1, 1000));
    expect(vi.getTimerCount()).toBe(1);
    leave?.();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('gives a turn back once, however often its holder says so', async () => {
    const limiter = createLimiter();
    const leave = await limiter.enter('offers', turn(1, 1));
    leave?.();
    leave?.();
    expect(await limiter.enter('offers', turn(1, 1))).not.toBeNull();
    expect(await limiter.enter('offers', turn(1, 1))).toBeNull();
  });
});
