import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../src/domain/rate-limit.ts';

describe('a rate limit', () => {
  it('lets a second’s worth through at once, and then one for each share of a second', () => {
    let nowMs = 0;
    const take = createRateLimit({ perS: 50, nowMs: () => nowMs });
    expect(Array.from({ length: 60 }, take).filter(Boolean)).toHaveLength(50);
    nowMs = 19;
    expect(take()).toBe(false);
    nowMs = 20;
    expect([take(), take()]).toEqual([true, false]);
  });

  it('saves up no more than a second’s worth', () => {
    let nowMs = 0;
    const take = createRateLimit({ perS: 3, nowMs: () => nowMs });
    nowMs = 3_600_000;
    expect(Array.from({ length: 5 }, take)).toEqual([true, true, true, false, false]);
  });

  it('lets nothing through at a rate of nothing', () => {
    expect(createRateLimit({ perS: 0, nowMs: Date.now })()).toBe(false);
  });

  it('goes on when the clock is set back', () => {
    let nowMs = 3_600_000;
    const take = createRateLimit({ perS: 1, nowMs: () => nowMs });
    expect([take(), take()]).toEqual([true, false]);
    nowMs = 0;
    expect(take()).toBe(false);
    nowMs = 1000;
    expect(take()).toBe(true);
  });

  it('never lets more through than its rate and one second’s worth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 200 }),
        (perS, stepsMs) => {
          let nowMs = 0;
          const take = createRateLimit({ perS, nowMs: () => nowMs });
          let taken = 0;
          for (const stepMs of stepsMs) {
            nowMs += stepMs;
            if (take()) taken += 1;
            expect(taken).toBeLessThanOrEqual(perS * (1 + nowMs / 1000) + 1e-6);
          }
        },
      ),
    );
  });
});
