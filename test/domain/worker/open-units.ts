// Units run one at a time by a runner that answers what the test says.

import type { CircuitBreaker } from '../../../src/domain/worker/circuit-breaker.ts';
import type { CommitAnswer } from '../../../src/domain/worker/commit-units.ts';
import type { FinishedUnit } from '../../../src/domain/worker/finished-unit.ts';
import { createLimiter } from '../../../src/domain/worker/limit-concurrency.ts';
import { createRunUnit, type UnitTask } from '../../../src/domain/worker/run-unit.ts';
import type { UnitAnswer } from '../../../src/domain/worker/unit-call.ts';
import { anEvent, aUnit } from '../../fixtures/events.ts';

export const now = 1_795_000_000_000;
export const crashed: UnitAnswer = { kind: 'crashed', error: 'exit 1' };
export const nothing: UnitAnswer = { kind: 'nothing' };
export const failed = (reason: 'threw' | 'deadline' | 'crashed' | 'too_large'): UnitAnswer => ({
  ...{ kind: 'failed', reason },
  error: '',
});

/** `answers` are given in turn, to whoever is run. */
export function openUnits(
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

export function aTask(given: Partial<UnitTask> & { ageMs?: number } = {}): UnitTask {
  const { ageMs = 0, ...task } = given;
  return {
    event: anEvent({ id: 'e1', acceptedAtMs: now - ageMs }),
    earlier: [],
    unit: aUnit,
    ...{ unitNames: ['offers'], previousJson: null, attempts: 0, alone: false, deliveries: 0 },
    erasedStamp: 0,
    ...task,
  };
}
