// A runner of coalesced units for tests, whose calls are recorded, held and made to fail.

import type { AcceptedEvent, Lane } from '../../../src/domain/event.ts';
import type { UnitResult } from '../../../src/domain/worker/finished-unit.ts';
import { createParkUnit } from '../../../src/domain/worker/park-unit.ts';
import { createRunCoalesced } from '../../../src/domain/worker/run-coalesced.ts';
import type { UnitEnd, UnitTask } from '../../../src/domain/worker/run-unit.ts';
import { memoryContentStore } from '../../../src/outbound/memory-content-store.ts';
import { anEvent, aUnit, content } from '../../fixtures/events.ts';

export const unit = { ...aUnit, coalesce: true };

type Call = { id: string; earlier: string[]; previous: unknown };

export function openCoalesced(
  given: {
    fails?: (event: AcceptedEvent) => boolean;
    maxWaiting?: { [lane in Lane]?: number };
    saturationPatienceMs?: number;
    /** What a call makes; the event's id, unless given. */
    makes?: (event: AcceptedEvent) => UnitResult | undefined;
    /** What no store takes as superseded. */
    refuses?: (event: AcceptedEvent) => boolean;
  } = {},
) {
  const store = memoryContentStore();
  const calls: Call[] = [];
  const outcomes = new Map<string, string>();
  const parkedForMs: number[] = [];
  const held = { release: () => {}, until: Promise.resolve() };
  const commit: Parameters<typeof createRunCoalesced>[0]['commit'] = async (finished) => {
    if (finished.result.kind === 'superseded' && given.refuses?.(finished.event)) {
      return { refused: 'never', reason: 'rejected' };
    }
    const outcome = (await store.commit([finished])).outcomes[0] ?? 'ignored';
    outcomes.set(finished.event.id, outcome);
    return { outcome };
  };
  const untilAvailable = <T>(action: () => Promise<T>) => action();
  const park = createParkUnit({
    ...{ store, untilAvailable },
    observe: (it) => void (it.kind === 'unit_parked' && parkedForMs.push(it.delayMs)),
  });

  async function runUnit(task: UnitTask): Promise<UnitEnd> {
    const { event, earlier, previousJson } = task;
    const previous = previousJson === null ? null : JSON.parse(previousJson);
    calls.push({ id: event.id, earlier: earlier.map(({ id }) => id), previous });
    await held.until;
    if ([event, ...earlier].some((one) => given.fails?.(one))) {
      return park(task, { delayMs: 0, reason: 'threw', error: '' });
    }
    const { erasedStamp } = task;
    const result = given.makes?.(event) ?? content(event.id);
    const answer = await commit({ event, unit, unitNames: ['offers'], result, erasedStamp });
    return 'outcome' in answer ? answer.outcome : 'dead';
  }

  const run = createRunCoalesced({
    ...{ runUnit, commit, park },
    load: async (event, slots) => (await store.load([{ event, slots }]))[0] as never,
    maxWaiting: { interactive: 1000, bulk: 1000, ...given.maxWaiting },
    saturationPatienceMs: given.saturationPatienceMs ?? 0,
  });
  const enter = (event: AcceptedEvent, task: Partial<UnitTask> = {}) =>
    run({
      ...{ event, earlier: [], unit, unitNames: ['offers'], previousJson: null },
      ...{ alone: false, attempts: 0, deliveries: 0, erasedStamp: 0 },
      ...task,
    });
  /** Keeps every call from ending until `release`. */
  const hold = () => {
    held.until = new Promise((resolve) => {
      held.release = resolve;
    });
  };
  const parked = async () =>
    (await store.claimParked({ max: 1000, leaseMs: 0 })).map(({ event }) => event.id).sort();
  const stored = async () => {
    const [document] = await store.readDocuments(['alice']);
    return JSON.parse(document?.slots[0]?.contentJson ?? 'null');
  };
  const release = () => held.release();
  return { store, calls, outcomes, enter, hold, release, parked, parkedForMs, stored };
}

export const numbered = (stamps: readonly number[]) =>
  stamps.map((stamp) => anEvent({ id: `e${stamp}`, stamp }));
