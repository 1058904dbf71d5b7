import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../../src/domain/worker/batcher.ts';

describe('a batcher', () => {
  it('flushes at once when a batch is full, and answers each item with its own', async () => {
    const batches: (readonly number[])[] = [];
    const double = createBatcher<number, number>({
      maxItems: 3,
      maxWaitMs: 1,
      async flush(items) {
        batches.push(items);
        return items.map((item) => item * 2);
      },
    });
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('rejects every item of a batch that fails and none of another', async () => {
    const call = createBatcher<number, number>({
      maxItems: 2,
      maxWaitMs: 1,
      async flush(items) {
        if (items.includes(1)) throw new Error('lost');
        return items;
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map(call));
    expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
