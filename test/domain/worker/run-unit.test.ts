// What a worker decides about one unit: who is asked how often, and who is charged.

import { describe, expect, it } from 'vitest';
import type { UnitAnswer } from '../../../src/domain/worker/unit-call.ts';
import { anEvent } from '../../fixtures/events.ts';
import { aTask, crashed, failed, nothing, openUnits } from './open-units.ts';

describe('a unit that the store refuses', () => {
  it('is tried again, and then dead for the reason that the store gave', async () => {
    const refusal = { refused: 'Too much.', reason: 'too_large' } as const;
    const { seen, runUnit } = openUnits([], false, refusal);
    expect(await runUnit(aTask())).toBe('parked');
    expect(seen.parked).toMatchObject([{ attempts: 1, reason: 'too_large' }]);
    await runUnit(aTask({ attempts: 3 }));
    const result = { kind: 'dead', reason: 'too_large', error: 'Too much.', attempts: 4 };
    expect(seen.finished.at(-1)).toMatchObject({ result });
  });

  it.each(['erased', 'outdated'] as const)(
    'runs anew at once, charged for nothing: %s',
    async (reason) => {
      const { seen, runUnit } = openUnits([], false, { refused: '', reason });
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
    const { seen, runUnit } = openUnits([nothing]);
    await runUnit(aTask(given));
    expect(seen.finished[0]?.basisJson).toBe(basisJson);
  });
});

describe('a unit of an erased user', () => {
  it('is not run when the event came before, and parked for none', async () => {
    const { seen, runUnit } = openUnits([]);
    await runUnit(aTask({ event: anEvent({ id: 'e1', stamp: 10 }), erasedStamp: 10 }));
    expect([seen.alone, seen.ends]).toEqual([[], []]);
    expect(seen.finished).toMatchObject([{ result: { kind: 'superseded' } }]);
  });

  it('is run when the event came later, and tells the store what was known', async () => {
    const { seen, runUnit } = openUnits([nothing]);
    await runUnit(aTask({ event: anEvent({ id: 'e1', stamp: 11 }), erasedStamp: 10 }));
    expect(seen.alone).toEqual([false]);
    expect(seen.finished).toMatchObject([{ result: nothing, erasedStamp: 10 }]);
  });
});

describe('a unit whose thread crashed', () => {
  it('runs again alone, and is settled when somebody else was guilty', async () => {
    const { seen, runUnit } = openUnits([crashed, nothing]);
    expect(await runUnit(aTask())).toBe('unchanged');
    expect([seen.alone, seen.parked, seen.ends]).toEqual([[false, true], [], ['succeeded']]);
  });

  it.each(['crashed', 'deadline'] as const)(
    'is parked to be alone when it did that itself: %s',
    async (reason) => {
      const { seen, runUnit } = openUnits([crashed, failed(reason)]);
      expect(await runUnit(aTask({ deliveries: 2 }))).toBe('parked');
      expect(seen.parked).toEqual([
        { attempts: 1, alone: true, deliveries: 2, delayMs: 100, reason },
      ]);
    },
  );

  it('runs once when it was alone from the start', async () => {
    const { seen, runUnit } = openUnits([failed('crashed')]);
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
    const { seen, runUnit } = openUnits([crashed, held]);
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
    const { seen, runUnit } = openUnits([held, crashed]);
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
  const { seen, runUnit } = openUnits([failed('threw')]);
  await runUnit(aTask());
  expect(seen.parked).toMatchObject([{ attempts: 1, alone: false }]);
});

it('is dead after its last attempt', async () => {
  const { seen, runUnit } = openUnits([failed('threw')]);
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
    const { seen, runUnit } = openUnits([answer]);
    await runUnit(aTask());
    expect(seen.ends).toEqual([how]);
  });

  it('has units parked while it is open, uncharged and not called', async () => {
    const { seen, runUnit } = openUnits([], true);
    expect(await runUnit(aTask({ attempts: 1 }))).toBe('parked');
    expect(seen.alone).toEqual([]);
    expect(seen.parked).toMatchObject([{ attempts: 1, delayMs: 7_000, reason: 'circuit_open' }]);
  });

  it('keeps back nothing that has waited for an hour: it is charged, so that it ends', async () => {
    const { seen, runUnit } = openUnits([failed('threw')], true);
    await runUnit(aTask({ ageMs: 3_600_001 }));
    expect(seen.parked).toMatchObject([{ attempts: 1, reason: 'threw' }]);
  });
});
