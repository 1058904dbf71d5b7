// Whose turn it is: the limiter of concurrent calls and the coalescer of one user's events.

import { describe, expect, it } from 'vitest';
import { createCoalescer } from '../../../src/domain/worker/coalesce.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';

const order = (stamp: number) => ({ stamp, source: '/s', id: String(stamp) });

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

  it('gives a turn back once, however often its holder says so', async () => {
    const limiter = createLimiter();
    const leave = await limiter.enter('offers', 1, 1);
    leave?.();
    leave?.();
    expect(await limiter.enter('offers', 1, 1)).not.toBeNull();
    expect(await limiter.enter('offers', 1, 1)).toBeNull();
  });
});

describe('the coalescer', () => {
  it('runs the first, then the newest of those that came meanwhile', async () => {
    const coalescer = createCoalescer();
    expect(await coalescer.enter('alice', order(1))).toBe('run');
    const waiting = [3, 5, 2, 4].map((stamp) => coalescer.enter('alice', order(stamp)));
    coalescer.leave('alice');
    expect(await Promise.all(waiting)).toEqual(['superseded', 'run', 'superseded', 'superseded']);
    coalescer.leave('alice');
    expect(await coalescer.enter('alice', order(6))).toBe('run');
  });

  it('lets a second copy of the same event wait with the first, and supersedes neither', async () => {
    const coalescer = createCoalescer();
    await coalescer.enter('alice', order(1));
    const copies = [coalescer.enter('alice', order(2)), coalescer.enter('alice', order(2))];
    coalescer.leave('alice');
    expect(await copies[0]).toBe('run');
    coalescer.leave('alice');
    expect(await copies[1]).toBe('run');
  });

  it('keeps users apart', async () => {
    const coalescer = createCoalescer();
    expect(await coalescer.enter('alice', order(1))).toBe('run');
    expect(await coalescer.enter('bob', order(2))).toBe('run');
  });
});
