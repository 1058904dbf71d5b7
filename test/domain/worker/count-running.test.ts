// What runs is counted from when it was handed over until it ends, whichever way.

import { expect, it } from 'vitest';
import type { UnitRunner } from '../../../src/domain/ports.ts';
import { countRunning } from '../../../src/domain/worker/count-running.ts';
import type { UnitAnswer, UnitCall } from '../../../src/domain/worker/unit-call.ts';
import { anEvent } from '../../fixtures/events.ts';

it('counts what has not ended, lane by lane', async () => {
  const ends: { resolve: (answer: UnitAnswer) => void; reject: (error: Error) => void }[] = [];
  const runner: UnitRunner = {
    run: () => new Promise((resolve, reject) => ends.push({ resolve, reject })),
    close: async () => {},
  };
  const counted = countRunning(runner);
  const counts = () => [counted.running('interactive'), counted.running('bulk')];
  const call = (lane: 'interactive' | 'bulk', slot: string | null = 'books') =>
    ({ event: anEvent({ id: 'e', lane }), unit: { slot } }) as UnitCall;
  const calls = [counted.run(call('interactive')), counted.run(call('bulk'))];
  calls.push(counted.run(call('bulk')));
  calls.push(counted.run({ ...call('bulk', null), event: anEvent({ id: 'f', lane: 'bulk' }) }));
  expect(counts()).toEqual([1, 3]);
  const has = (id: string) => counted.isGenerating(anEvent({ id }));
  expect([has('e'), has('f')]).toEqual([true, false]);
  ends[0]?.resolve({ kind: 'nothing' } as UnitAnswer);
  ends[1]?.reject(new Error('away'));
  await Promise.allSettled(calls.slice(0, 2));
  expect([...counts(), has('e')]).toEqual([0, 2, true]);
  ends[2]?.resolve({ kind: 'nothing' } as UnitAnswer);
  await calls[2];
  expect([...counts(), has('e')]).toEqual([0, 1, false]);
});
