// Whose moment has come, whatever the order in which moments were set.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpiryTimes } from '../../../src/domain/replica/expiry-times.ts';

describe('the expiry times', () => {
  it('gives nobody before their moment, and everybody soon after it', () => {
    const index = createExpiryTimes();
    index.set('alice', 10_051);
    expect(index.takeDue(10_050, 10)).toEqual([]);
    expect(index.takeDue(10_101, 10)).toEqual(['alice']);
    expect(index.takeDue(99_999, 10)).toEqual([]);
  });

  it('gives as many as are asked for, and the others the next time', () => {
    const index = createExpiryTimes();
    for (const user of ['a', 'b', 'c']) index.set(user, 1_000);
    const first = index.takeDue(5_000, 2);
    // A moment that has passed already, set while some are still to come.
    index.set('late', 200);
    const second = index.takeDue(5_000, 2);
    const third = index.takeDue(5_000, 2);
    expect([...first, ...second, ...third].sort()).toEqual(['a', 'b', 'c', 'late']);
  });

  it('knows only what was set last, and nothing of whom it was told to forget', () => {
    const index = createExpiryTimes();
    index.set('alice', 1_000);
    index.set('alice', 9_000);
    index.set('bob', 1_000);
    index.set('bob', null);
    index.set('carol', 1_000);
    index.delete('carol');
    expect(index.takeDue(5_000, 10)).toEqual([]);
    expect(index.takeDue(9_000, 10)).toEqual(['alice']);
  });

  it('survives a clock that jumps years ahead and back', () => {
    const index = createExpiryTimes();
    index.set('alice', 1_000);
    expect(index.takeDue(1e14, 10)).toEqual(['alice']);
    index.set('bob', 2_000);
    expect(index.takeDue(1_000, 10)).toEqual([]);
    expect(index.takeDue(2_000, 10)).toEqual(['bob']);
  });

  it('loses and invents nobody', () => {
    const step = fc.oneof(
      fc.record({ user: fc.constantFrom('a', 'b', 'c'), atMs: fc.integer({ min: 0, max: 5_000 }) }),
      fc.record({ nowMs: fc.integer({ min: 0, max: 5_000 }), max: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const index = createExpiryTimes();
        const expected = new Map<string, number>();
        for (const given of steps) {
          if ('user' in given) {
            index.set(given.user, given.atMs);
            expected.set(given.user, given.atMs);
            continue;
          }
          for (const user of index.takeDue(given.nowMs, given.max)) {
            expect(expected.get(user)).toBeLessThanOrEqual(given.nowMs);
            expected.delete(user);
          }
        }
        expect(index.takeDue(10_000, 10).sort()).toEqual([...expected.keys()].sort());
      }),
    );
  });
});
