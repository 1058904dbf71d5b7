// The clock that stamps follow. Goal: whatever the machines' clocks show, a second decides.
//
// Method: time is a number that the test moves; each ingest has a clock with an error of its own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { createReferenceClock } from '../../src/domain/reference-clock.ts';
import { createStamper, stampAt } from '../../src/domain/stamp.ts';

const startMs = Date.UTC(2026, 10, 21);
const minuteMs = 60_000;

/** A machine on which `passed` milliseconds have passed since the start. */
function machine(errorMs: number) {
  const state = { passed: 0, errorMs };
  const observed: Observation[] = [];
  const falls: number[] = [];
  const clock = createReferenceClock({
    ownMs: () => startMs + state.passed + state.errorMs,
    elapsedMs: () => 77.5 + state.passed,
    observe: (observation) => observed.push(observation),
  });
  const stamp = createStamper(clock.nowMs, clock.latestMs, (byMs) => falls.push(byMs));
  return {
    ...{ state, clock, stamp, observed, falls },
    /** The right time arrives, `lateMs` after it was read. */
    hear: (lateMs = 0) => clock.hear(startMs + state.passed - lateMs),
    /** How far the clock is ahead of the right time. */
    leadMs: () => clock.nowMs() - startMs - state.passed,
  };
}

const wrongBy = fc.integer({ min: -10 * minuteMs, max: 10 * minuteMs });
const way = { min: 0, max: 90 };

describe('a clock that heard of the reference', () => {
  it('is as good as the reference, and ahead by 0.9 s at most', () => {
    for (const [errorMs, leadMs] of [
      [-10 * minuteMs, 0],
      [-1, 0],
      [0, 0],
      [300, 300],
      [901, 900],
      [10 * minuteMs, 900],
    ] as const) {
      const { state, hear, leadMs: lead } = machine(errorMs);
      hear();
      expect(lead()).toBe(leadMs);
      state.passed += 123_456;
      expect(lead()).toBe(leadMs);
    }
  });

  it('makes the newer of two events win a second later, whichever ingests took them', () => {
    const post = fc.record({ by: fc.nat(2), afterMs: fc.integer({ min: 0, max: 3_000 }) });
    // Of the words, some wait for long; the first one does not.
    const delayMs = fc.oneof(fc.integer(way), fc.integer({ min: 0, max: 20_000 }));
    fc.assert(
      fc.property(
        fc.tuple(wrongBy, wrongBy, wrongBy),
        fc.array(post, { maxLength: 19 }),
        fc.array(fc.tuple(delayMs, delayMs, delayMs), { minLength: 60, maxLength: 60 }),
        (errors, posts, delays) => {
          const machines = errors.map((errorMs) => machine(errorMs));
          const words = delays
            .flatMap((each, second) =>
              each.map((delay, by) => {
                const sentAt = second * 1_000;
                return { by, sentAt, at: sentAt + (second === 0 ? delay % way.max : delay) };
              }),
            )
            .sort((a, b) => a.at - b.at);
          let passed = 100;
          const stamps = posts.map(({ by, afterMs }) => {
            passed += afterMs;
            while (words[0] !== undefined && words[0].at <= passed) {
              const { by, sentAt, at } = words.shift() as (typeof words)[0];
              const { state, clock } = machines[by] as (typeof machines)[0];
              state.passed = at;
              clock.hear(startMs + sentAt);
            }
            const { state, stamp } = machines[by] as (typeof machines)[0];
            state.passed = passed;
            return { passed, by, stamp: stamp() };
          });
          for (const { passed, stamp } of stamps) {
            expect(stamp).toBeGreaterThanOrEqual(stampAt(startMs + passed - way.max - 1));
            expect(stamp).toBeLessThanOrEqual(stampAt(startMs + passed + 1_000));
          }
          stamps.forEach((newer, index) => {
            for (const older of stamps.slice(0, index)) {
              const isDecided = newer.by === older.by || newer.passed >= older.passed + 1_000;
              if (isDecided) expect(newer.stamp).toBeGreaterThan(older.stamp);
            }
          });
        },
      ),
    );
  });

  it('takes a word that waited for what it is', () => {
    const { state, hear, leadMs } = machine(-minuteMs);
    hear();
    for (let second = 0; second < 100; second += 1) {
      state.passed += 1_000;
      hear(second % 25 === 24 ? 0 : 15_000);
      expect(leadMs()).toBe(0);
    }
  });

  it('runs on when nobody speaks any more, however long', () => {
    const { state, hear, leadMs, clock } = machine(-minuteMs);
    hear();
    state.passed += 7 * 24 * 60 * minuteMs;
    expect(leadMs()).toBe(0);
    expect(clock.facts()).toEqual({ clockSkewMs: -minuteMs, clockHeardAgoMs: state.passed });
  });

  it('follows a reference that was set forward at once, and one set back within a minute', () => {
    const { state, hear, leadMs } = machine(-10 * minuteMs);
    hear();
    hear(-5_000);
    expect(leadMs()).toBe(5_000);
    for (let second = 0; second <= 60; second += 1) {
      state.passed += 1_000;
      hear();
    }
    expect(leadMs()).toBe(0);
  });
});

describe('a clock that heard nothing', () => {
  it("is the machine's own", () => {
    const { leadMs, clock } = machine(-minuteMs);
    expect(leadMs()).toBe(-minuteMs);
    expect(clock.isKnown()).toBe(false);
    expect(clock.facts()).toEqual({ clockSkewMs: null, clockHeardAgoMs: null });
  });

  it('ends stamps of a wrong clock with the first word', () => {
    const { state, stamp, hear, falls } = machine(10 * minuteMs);
    expect(stamp()).toBe(stampAt(startMs + 10 * minuteMs));
    hear();
    expect(stamp()).toBe(stampAt(startMs + 900));
    expect(stamp()).toBe(stampAt(startMs + 900) + 1);
    expect(falls).toEqual([10 * minuteMs - 900]);
    state.passed += 1;
    expect(stamp()).toBe(stampAt(startMs + 901));
  });
});

describe('the skew', () => {
  it('is told once when it grows beyond a second, and once when it is gone', () => {
    const { state, hear, observed } = machine(0);
    for (const errorMs of [0, 1_000, -1_001, -10 * minuteMs, 1_500, 700, 501, 500, 900, -900]) {
      state.errorMs = errorMs;
      hear();
    }
    expect(observed).toEqual([
      { kind: 'clock_skewed', skewMs: -1_001 },
      { kind: 'clock_right', skewMs: 500 },
    ]);
  });
});

describe('stamps', () => {
  it('rise strictly unless they would be more than a second ahead of the reference', () => {
    const step = fc.oneof(
      fc.record({ wait: fc.integer({ min: 0, max: 5_000 }) }),
      fc.record({ setTo: wrongBy }),
      fc.record({ heardLate: fc.integer({ min: -20_000, max: 20_000 }) }),
    );
    fc.assert(
      fc.property(wrongBy, fc.array(step), (errorMs, steps) => {
        const { state, clock, stamp } = machine(errorMs);
        let last = stamp();
        for (const it of steps) {
          if ('wait' in it) state.passed += it.wait;
          else if ('setTo' in it) state.errorMs = it.setTo;
          else clock.hear(startMs + state.passed - it.heardLate);
          const latest = stampAt(clock.latestMs());
          const next = stamp();
          expect(next).toBeLessThanOrEqual(latest);
          if (last < latest) expect(next).toBeGreaterThan(last);
          last = next;
        }
      }),
    );
  });
});
