// Whose turn it is: the limiter of concurrent calls.

import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';

describe('the limiter', () => {
  it('lets in as many as may run, and the next one when one leaves', async () => {
    const limiter = createLimiter();
    const first = await limiter.enter('offers', 1, 1000);
    const second = limiter.enter('offers', 1, 60_000);
    expect(await limiter.enter('books', 1, 1)).not.toBeNull();
    first?.();
    expect(await second).not.toBeNull();
  });

  it('answers null when nobody leaves in time', async () => {
    const limiter = createLimiter();
    await limiter.enter('offers', 1, 1);
    expect(await limiter.enter('offers', 1, 1)).toBeNull();
  });

  it('names what is saturated: as many wait as may run', async () => {
    const limiter = createLimiter();
    await limiter.enter('offers', 1, 1000);
    expect(limiter.saturated()).toEqual([]);
    const waiting = limiter.enter('offers', 1, 20);
    expect(limiter.saturated()).toEqual(['offers']);
    await waiting;
    expect(limiter.saturated()).toEqual([]);
  });

  it('gives a turn back once, however often its holder says so', async () => {
    const limiter = createLimiter();
    const leave = await limiter.enter('offers', 1, 1);
    leave?.();
    leave?.();
    expect(await limiter.enter('offers', 1, 1)).not.toBeNull();
    expect(await limiter.enter('offers', 1, 1)).toBeNull();
  });
});
