// How many events each user may report.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/domain/errors.ts';
import { createUserRate, RateExceeded } from '../../../src/domain/ingest/user-rate.ts';

function open(given: Partial<{ perS: number; burst: number; maxUsers: number }> = {}) {
  const time = { elapsedMs: 0 };
  const limits = { perS: 10, burst: 50, maxUsers: 100, ...given };
  const take = createUserRate({ limits, elapsedMs: () => time.elapsedMs });
  const tried = (user: string, interactive = 1, bulk = 0) => {
    try {
      take(user, { interactive, bulk });
      return 'taken';
    } catch (error) {
      if (error instanceof RateExceeded) return error.retryAfterMs;
      return (error as Failure).code;
    }
  };
  return { time, tried };
}

describe('the rate of a user', () => {
  it('is a burst at once, and then one for each share of a second', () => {
    const { time, tried } = open();
    expect([tried('a', 50), tried('a')]).toEqual(['taken', 100]);
    time.elapsedMs = 99;
    expect(tried('a')).toBeCloseTo(1);
    time.elapsedMs = 100;
    expect([tried('a'), tried('a', 3)]).toEqual(['taken', 300]);
  });

  it('counts all events of a post or none', () => {
    const { tried } = open();
    expect([tried('a', 40), tried('a', 11), tried('a', 10)]).toEqual(['taken', 100, 'taken']);
  });

  it("is nobody else's", () => {
    const { tried } = open();
    expect([tried('a', 50), tried('b', 50), tried('a')]).toEqual(['taken', 'taken', 100]);
  });

  it('lets in what is more than a burst when it can let in no more, and has it paid for after', () => {
    const { time, tried } = open();
    expect([tried('a', 100), tried('a')]).toEqual(['taken', 5_100]);
    time.elapsedMs = 5_100;
    expect([tried('a'), tried('a', 100)]).toEqual(['taken', 5_000]);
  });

  it('never lets through more than its rate, a burst, and what the largest post has beyond it', () => {
    const posts = fc.record({
      stepMs: fc.nat({ max: 500 }),
      events: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 80 }),
        fc.array(posts, { maxLength: 100 }),
        (perS, burst, given) => {
          const { time, tried } = open({ perS, burst });
          let taken = 0;
          for (const { stepMs, events } of given) {
            time.elapsedMs += stepMs;
            if (tried('a', events) === 'taken') taken += events;
            const most = Math.max(burst, 100) + (time.elapsedMs * perS) / 1_000;
            expect(taken).toBeLessThanOrEqual(most + 1e-6);
          }
        },
      ),
    );
  });

  it('keeps its word: what is sent when it said is taken', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 30 }), (given) => {
        const { time, tried } = open();
        for (const events of given) {
          const answer = tried('a', events);
          if (typeof answer !== 'number') continue;
          time.elapsedMs += Math.ceil(answer);
          expect(tried('a', events)).toBe('taken');
        }
      }),
    );
  });
});

describe('the lanes of a user', () => {
  it('have a burst and a rate each', () => {
    const { time, tried } = open();
    expect([tried('a', 0, 50), tried('a', 0, 1), tried('a', 50)]).toEqual(['taken', 100, 'taken']);
    expect([tried('a'), tried('a', 0, 2)]).toEqual([100, 200]);
    time.elapsedMs = 100;
    expect([tried('a'), tried('a', 0, 1)]).toEqual(['taken', 'taken']);
  });

  it('are taken from together or not at all, and the longer wait is told', () => {
    const { tried } = open();
    expect([tried('a', 40, 45), tried('a', 10, 6)]).toEqual(['taken', 100]);
    expect(tried('a', 12, 15)).toBe(1_000);
    expect([tried('a', 10, 5), tried('a', 1, 0), tried('a', 0, 1)]).toEqual(['taken', 100, 100]);
  });

  it('owe nothing to each other', () => {
    const { time, tried } = open();
    expect([tried('a', 0, 100), tried('a')]).toEqual(['taken', 'taken']);
    expect(tried('a', 1, 1)).toBe(5_100);
    time.elapsedMs = 1_000;
    expect([tried('a', 50), tried('a')]).toEqual(['taken', 100]);
  });
});

describe('the users that are counted', () => {
  it('are bounded, and those before go on', () => {
    const { tried } = open({ maxUsers: 2 });
    expect([tried('a'), tried('b'), tried('c')]).toEqual(['taken', 'taken', 'overloaded']);
    expect(tried('a', 49)).toBe('taken');
  });

  it('make room once their share is full again', () => {
    const { time, tried } = open({ maxUsers: 2 });
    tried('a', 50);
    tried('b', 1);
    time.elapsedMs = 4_999;
    expect(tried('c')).toBe('overloaded');
    time.elapsedMs = 5_000;
    expect([tried('c'), tried('d'), tried('e')]).toEqual(['taken', 'taken', 'overloaded']);
  });

  it('make room once their shares of both lanes are full again', () => {
    const { time, tried } = open({ maxUsers: 1 });
    expect([tried('a', 1, 50), tried('b')]).toEqual(['taken', 'overloaded']);
    time.elapsedMs = 4_999;
    expect(tried('b')).toBe('overloaded');
    time.elapsedMs = 5_000;
    expect(tried('b')).toBe('taken');
  });

  it('are not more because one is refused', () => {
    const { tried } = open({ maxUsers: 1, burst: 1 });
    expect([tried('a'), tried('b')]).toEqual(['taken', 'overloaded']);
    expect(tried('a')).toBe(100);
  });
});
