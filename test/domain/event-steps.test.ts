import { describe, expect, it } from 'vitest';
import { createEventSteps, type EventStep } from '../../src/domain/event-steps.ts';
import type { Observation } from '../../src/domain/observation.ts';
import type { UnitRunner } from '../../src/domain/ports.ts';
import type { Committed, FinishedUnit } from '../../src/domain/worker/finished-unit.ts';
import type { UnitCall } from '../../src/domain/worker/unit-call.ts';

const ticket = 't-1';
const event = { ticket, user: 'ada' };
const call = { event } as UnitCall;
const unit = { event } as unknown as FinishedUnit;

const accepted: Observation = { kind: 'event_accepted', ticket, type: 'a', lane: 'interactive' };
const positioned = (user: string, version: number): Observation => ({
  ...{ kind: 'content_positioned', user, version, sinceStoredMs: 0 },
});

function openSteps(committed: Partial<Committed> = {}) {
  let nowMs = 100;
  const steps = createEventSteps({ elapsedMs: () => nowMs, maxWatched: 2 });
  const told: EventStep[] = [];
  const runner = steps.aroundRunner(
    {
      async run() {
        nowMs += 5;
        return { kind: 'nothing' };
      },
      async close() {},
    } satisfies UnitRunner,
    () => {},
  );
  const store = steps.aroundStore({
    async commit(_units: readonly FinishedUnit[]) {
      nowMs += 7;
      const documents = [{ user: 'ada', version: 9 }] as unknown as Committed['documents'];
      return { outcomes: ['stored'], documents, generic: [], resolved: [], ...committed };
    },
  });
  const watch = () => steps.watch(ticket, 'ada', (step) => told.push(step));
  return { steps, told, runner, store, watch };
}

describe('the steps of an event', () => {
  it('are told with the times at which they began and ended', async () => {
    const { steps, told, runner, store, watch } = openSteps();
    watch();
    steps.accepted(accepted);
    await runner.run(call);
    await store.commit([unit]);
    steps.positioned('us', positioned('ada', 9));
    steps.positioned('eu', positioned('ada', 10));
    expect(told).toEqual([
      { step: 'accepted', where: null, beganMs: 0, endedMs: 0 },
      { step: 'generated', where: null, beganMs: 0, endedMs: 5 },
      { step: 'stored', where: null, beganMs: 5, endedMs: 12 },
      { step: 'positioned', where: 'us', beganMs: 12, endedMs: 12 },
      { step: 'positioned', where: 'eu', beganMs: 12, endedMs: 12 },
    ]);
  });

  it('leave out what is positioned of others, of before, and before it is stored', async () => {
    const { steps, told, store, watch } = openSteps();
    watch();
    steps.positioned('eu', positioned('ada', 9));
    await store.commit([unit]);
    steps.positioned('eu', positioned('ada', 8));
    steps.positioned('eu', positioned('ben', 9));
    expect(told.map(({ step }) => step)).toEqual(['stored']);
  });

  it('end with the outcome of an event that changed nothing', async () => {
    const { told, store, watch } = openSteps({ outcomes: ['superseded'], documents: [] });
    watch();
    await store.commit([unit]);
    expect(told).toMatchObject([{ step: 'ended', where: 'superseded' }]);
  });

  it('are kept of no event that nobody watches, and of a bounded number', () => {
    const { steps, told, watch } = openSteps();
    const unwatch = watch();
    expect(steps.watch('t-2', 'ben', () => {})).not.toBeNull();
    expect(steps.watch('t-3', 'ben', () => {})).toBeNull();
    unwatch?.();
    expect(steps.watch('t-3', 'ben', () => {})).not.toBeNull();
    steps.accepted(accepted);
    expect(told).toEqual([]);
  });
});
