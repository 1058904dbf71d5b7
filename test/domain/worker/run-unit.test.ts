// What a worker decides about one unit: who is asked how often, and who is charged.

import { describe, expect, it } from 'vitest';
import type { CircuitBreaker } from '../../../src/domain/worker/circuit-breaker.ts';
import type { CommitAnswer } from '../../../src/domain/worker/commit-units.ts';
import type { FinishedUnit } from '../../../src/domain/worker/finished-unit.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';
import { createRunUnit, type UnitTask } from '../../../src/domain/worker/run-unit.ts';
import type { UnitAnswer } from '../../../src/domain/worker/unit-call.ts';
import { anEvent } from '../../fixtures/events.ts';

const now = 1_795_000_000_000;
const crashed: UnitAnswer = { kind: 'crashed', error: 'exit 1' };
const nothing: UnitAnswer = { kind: 'nothing' };
const failed = (reason: 'threw' | 'deadline' | 'crashed' | 'too_large'): UnitAnswer => ({
  ...{ kind: 'failed', reason },
  error: '',
});

/** `answers` are given in turn, to whoever is run. */
function setUp(
  answers: (UnitAnswer | Promise<UnitAnswer>)[],
  isOpen = false,
  refusal: CommitAnswer | null = null,
) {
  const seen = {
    alone: [] as boolean[],
    parked: [] as object[],
    finished: [] as FinishedUnit[],
    ends: [] as string[],
  };
  const ended = (how: string) => seen.ends.push(how);
  const breaker: CircuitBreaker = {
    admit: () => (isOpen ? { retryInMs: 7_000 } : { ended }),
    open: () => [],
  };
  const runUnit = createRunUnit({
    runner: {
      async run({ alone }) {
        seen.alone.push(alone);
        return answers.shift() ?? nothing;
      },
      close: async () => {},
    },
    commit: async (finished) => {
      seen.finished.push(finished);
      return refusal !== null && finished.result.kind !== 'dead'
        ? refusal
        : { outcome: 'unchanged' };
    },
    park: async ({ attempts, alone, deliveries }, { delayMs, reason }) => {
      seen.parked.push({ attempts, alone, deliveries, delayMs, reason });
      return 'parked';
    },
    ...{ limiter: createLimiter(), breaker, observe: () => {}, nowMs: () => now },
    saturationPatienceMs: 50,
    retryDelaysMs: [100, 200, 300],
  });
  return { seen, runUnit };
}

function aTask(given: Partial<UnitTask> & { ageMs?: number } = {}): UnitTask {
  const { ageMs = 0, ...task } = given;
  return {
    event: anEvent({ id: 'e1', acceptedAtMs: now - ageMs }),
    earlier: [],
    unit: {
      name: 'offers',
      slot: 'offers',
      deadlineMs: 1,
      concurrency: 1,
      coalesce: false,
      exact: false,
    },
    ...{ unitNames: ['offers'], previousJson: null, attempts: 0, alone: false, deliveries: 0 },
    erasedStamp: 0,
    ...task,
  };
}

describe('a unit that the store refuses', () => {
  it('is tried again, and then dead for the reason that the store gave', async () => {
    const refusal = { refused: 'Too much.', reason: 'too_large' } as const;
    const { seen, runUnit } = setUp([], false, refusal);
    expect(await runUnit(aTask())).toBe('parked');
    expect(seen.parked).toMatchObject([{ attempts: 1, reason: 'too_large' }]);
    await runUnit(aTask({ attempts: 3 }));
    const result = { kind: 'dead', reason: 'too_large', error: 'Too much.', attempts: 4 };
    expect(seen.finished.at(-1)).toMatchObject({ result });
  });

  it.each(['erased', 'outdated'] as const)(
    'runs anew at once, charged for nothing: %s',
    async (reason) => {
      const { seen, runUnit } = setUp([], false, { refused: '', reason });
      expect(await runUnit(aTask())).toBe('parked');
      expect(seen.parked).toMatchObject([{ attempts: 0, delayMs: 0, reason }]);
    },
  );
});

describe('what a unit was made from', () => {
  const exact = { ...aTask().unit, exact: true };

  it.each([
    ['is told to the store when it counts', { unit: exact, previousJson: '1' }, '1'],
    ['is told as nothing when there was nothing', { unit: exact }, null],
    ['is told of no other generator', { previousJson: '1' }, undefined],
  ])('%s', async (_, given, basisJson) => {
    const { seen, runUnit } = setUp([nothing]);
    await runUnit(aTask(given));
    expect(seen.finished[0]?.basisJson).toBe(basisJson);
  });
});

describe('a unit of an erased user', () => {
  it('is not run when the event came before, and parked for none', async () => {
    const { seen, runUnit } = setUp([]);
    await runUnit(aTask({ event: anEvent({ id: 'e1', stamp: 10 }), erasedStamp: 10 }));
    expect([seen.alone, seen.ends]).toEqual([[], []]);
    expect(seen.finished).toMatchObject([{ result: { kind: 'superseded' } }]);
  });

  it('is run when the event came later, and tells the store what was known', async () => {
    const { seen, runUnit } = setUp([nothing]);
    await runUnit(aTask({ event: anEvent({ id: 'e1', stamp: 11 }), erasedStamp: 10 }));
    expect(seen.alone).toEqual([false]);
    expect(seen.finished).toMatchObject([{ result: nothing, erasedStamp: 10 }]);
  });
});

describe('a unit whose thread crashed', () => {
  it('runs again alone, and is settled when somebody else was guilty', async () => {
    const { seen, runUnit } = setUp([crashed, nothing]);
    expect(await runUnit(aTask())).toBe('unchanged');
    expect([seen.alone, seen.parked, seen.ends]).toEqual([[false, true], [], ['succeeded']]);
  });

  it.each(['crashed', 'deadline'] as const)(
    'is parked to be alone when it did that itself: %s',
    async (reason) => {
      const { seen, runUnit } = setUp([crashed, failed(reason)]);
      expect(await runUnit(aTask({ deliveries: 2 }))).toBe('parked');
      expect(seen.parked).toEqual([
        { attempts: 1, alone: true, deliveries: 2, delayMs: 100, reason },
      ]);
    },
  );

  it('runs once when it was alone from the start', async () => {
    const { seen, runUnit } = setUp([failed('crashed')]);
    await runUnit(aTask({ alone: true, attempts: 2 }));
    expect(seen.alone).toEqual([true]);
    expect(seen.parked).toMatchObject([{ attempts: 3, alone: true, delayMs: 300 }]);
  });
});

describe('turns of units that run alone', () => {
  const hold = () => {
    let end: (answer: UnitAnswer) => void = () => {};
    const held = new Promise<UnitAnswer>((resolve) => {
      end = resolve;
    });
    return { held, end };
  };

  it('are none of those who share threads, or who failed before', async () => {
    const { held, end } = hold();
    const { seen, runUnit } = setUp([crashed, held]);
    const lethal = runUnit(aTask());
    await expect.poll(() => seen.alone).toEqual([false, true]);
    expect(await runUnit(aTask())).toBe('unchanged');
    expect(await runUnit(aTask({ alone: true, attempts: 1 }))).toBe('unchanged');
    end(failed('crashed'));
    expect(await lethal).toBe('parked');
    expect(seen.parked).toMatchObject([{ attempts: 1, reason: 'crashed' }]);
  });

  it('are as many as of the others, and whoever gets none is parked and not charged', async () => {
    const { held, end } = hold();
    const { seen, runUnit } = setUp([held, crashed]);
    const first = runUnit(aTask({ alone: true }));
    expect(await runUnit(aTask({ alone: true }))).toBe('parked');
    expect(await runUnit(aTask())).toBe('parked');
    const parked = { attempts: 0, alone: true, reason: 'saturated' };
    expect(seen.parked).toMatchObject([parked, parked]);
    end(nothing);
    expect(await first).toBe('unchanged');
  });
});

it('does not set apart what only threw', async () => {
  const { seen, runUnit } = setUp([failed('threw')]);
  await runUnit(aTask());
  expect(seen.parked).toMatchObject([{ attempts: 1, alone: false }]);
});

it('is dead after its last attempt', async () => {
  const { seen, runUnit } = setUp([failed('threw')]);
  await runUnit(aTask({ attempts: 3 }));
  expect(seen.finished).toMatchObject([{ result: { kind: 'dead', reason: 'threw', attempts: 4 } }]);
});

describe('the circuit', () => {
  it.each([
    ['failed', failed('threw')],
    ['failed', failed('deadline')],
    ['failed', failed('crashed')],
    ['succeeded', failed('too_large')],
    ['succeeded', nothing],
  ])('hears that a call %s', async (how, answer) => {
    const { seen, runUnit } = setUp([answer]);
    await runUnit(aTask());
    expect(seen.ends).toEqual([how]);
  });

  it('has units parked while it is open, uncharged and not called', async () => {
    const { seen, runUnit } = setUp([], true);
    expect(await runUnit(aTask({ attempts: 1 }))).toBe('parked');
    expect(seen.alone).toEqual([]);
    expect(seen.parked).toMatchObject([{ attempts: 1, delayMs: 7_000, reason: 'circuit_open' }]);
  });

  it('keeps back nothing that has waited for an hour: it is charged, so that it ends', async () => {
    const { seen, runUnit } = setUp([failed('threw')], true);
    await runUnit(aTask({ ageMs: 3_600_001 }));
    expect(seen.parked).toMatchObject([{ attempts: 1, reason: 'threw' }]);
  });
});
