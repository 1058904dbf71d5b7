// Calls that share a round trip: what comes while one is under way goes with the next.

import { describe, expect, it } from 'vitest';
import { createBatcher } from '../../../src/domain/worker/batcher.ts';

/** A batcher whose batches end when told to. */
function openBatches(limits: { maxItems: number; maxConcurrent: number }) {
  const batches: { items: readonly number[]; end: () => void }[] = [];
  const double = createBatcher<number, number>({
    ...limits,
    flush: (items) =>
      new Promise((resolve) => {
        batches.push({ items, end: () => resolve(items.map((item) => item * 2)) });
      }),
  });
  return { batches, double, itemsOf: () => batches.map(({ items }) => items) };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  it('hands over what one turn brought, and what came meanwhile when that has ended', async () => {
    const { batches, double, itemsOf } = openBatches({ maxItems: 10, maxConcurrent: 1 });
    const first = [double(1), double(2)];
    await nextTurn();
    const second = [double(3)];
    await nextTurn();
    second.push(double(4));
    await nextTurn();
    expect(itemsOf()).toEqual([[1, 2]]);
    batches[0]?.end();
    expect(await Promise.all(first)).toEqual([2, 4]);
    await nextTurn();
    expect(itemsOf()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    batches[1]?.end();
    expect(await Promise.all(second)).toEqual([6, 8]);
  });

  it('never has more batches under way, nor more items in one, than it may', async () => {
    const { batches, double, itemsOf } = openBatches({ maxItems: 2, maxConcurrent: 2 });
    const answers = Promise.all([1, 2, 3, 4, 5].map(double));
    await nextTurn();
    expect(itemsOf()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    batches[1]?.end();
    await nextTurn();
    await nextTurn();
    expect(itemsOf()).toEqual([[1, 2], [3, 4], [5]]);
    for (const { end } of batches) end();
    expect(await answers).toEqual([2, 4, 6, 8, 10]);
  });

  it('rejects every item of a batch that fails and none of another', async () => {
    const call = createBatcher<number, number>({
      ...{ maxItems: 2, maxConcurrent: 1 },
      async flush(items) {
        if (items.includes(1)) throw new Error('lost');
        return items;
      },
    });
    const settled = await Promise.allSettled([1, 2, 3].map(call));
    expect(settled.map((one) => one.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
