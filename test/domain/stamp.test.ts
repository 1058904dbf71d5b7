import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStamper } from '../../src/domain/stamp.ts';

const nowMs = Date.UTC(2026, 10, 21);

describe('stamps', () => {
  it('rise strictly, even when the clock stands still or goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 })), (steps) => {
        let clock = nowMs;
        const stamp = createStamper(() => clock);
        let last = stamp();
        for (const step of steps) {
          clock += step;
          const next = stamp();
          expect(next).toBeGreaterThan(last);
          last = next;
        }
      }),
    );
  });

  it('are never behind the clock, and tell its milliseconds', () => {
    let clock = nowMs;
    const stamp = createStamper(() => clock);
    expect(stamp()).toBe(nowMs * 4096);
    expect(stamp()).toBe(nowMs * 4096 + 1);
    clock += 1;
    expect(stamp()).toBe((nowMs + 1) * 4096);
  });

  it('borrow from the next millisecond when one has given all of its own', () => {
    const stamp = createStamper(() => nowMs);
    for (let given = 0; given < 4096; given += 1) stamp();
    expect(stamp()).toBe((nowMs + 1) * 4096);
  });

  it('are exact numbers until 2039, and refuse to be inexact', () => {
    expect(Number.isSafeInteger(createStamper(() => Date.UTC(2039, 0, 1))())).toBe(true);
    expect(createStamper(() => Date.UTC(2040, 0, 1))).toThrow('exact');
  });
});
