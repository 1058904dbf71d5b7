// Step 3, generate: one unit from its turn to its outcome, or to its next attempt.

import type { Outcome } from '../document.ts';
import { describeError, isUnavailable } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Clock, UnitRunner } from '../ports.ts';
import type { Admission, CallEnd, CircuitBreaker } from './circuit-breaker.ts';
import type { CommitUnit } from './commit-units.ts';
import { isErased } from './erasure.ts';
import type { DeadReason, EventState, UnitResult } from './finished-unit.ts';
import { createLimiter, type Limiter } from './limit-concurrency.ts';
import type { ParkUnit } from './park-unit.ts';
import type { UnitAnswer, UnitCall } from './unit-call.ts';
import type { Unit } from './units.ts';

export type UnitTask = UnitCall & {
  unitNames: readonly string[];
  /** How often a worker had it and was never heard of again. */
  deliveries: number;
  /** The stamp up to which the user was erased, as far as was known when the unit began. */
  erasedStamp: number;
  /** As soon as it ran. */
  tookMs?: number | undefined;
};

/** What is known of a unit's user and slot goes into its task. */
export function knownOf(unit: Unit, { previous, erasedStamp }: EventState) {
  const previousJson = unit.slot === null ? null : (previous.get(unit.slot) ?? null);
  return { previousJson, erasedStamp };
}

/** An outcome: it is stored and was fanned out. `parked`: Postgres will bring it back. */
export type UnitEnd = Outcome | 'parked';

export type RunUnit = (task: UnitTask) => Promise<UnitEnd>;

/**
 * What an open circuit refuses costs no attempt, for so long since its event was accepted. From
 * then on it is called whatever the circuit, so that all that waits for a generator that never
 * recovers is charged, and gets to the dead letters.
 */
const circuitPatienceMs = 3_600_000;

type Answer = UnitAnswer | { kind: 'unavailable'; error: string; tookMs?: undefined };

const allTaken = 'All its calls are taken.';
const alwaysFails = 'It fails every time and is called no more for a while.';

export function createRunUnit(deps: {
  runner: UnitRunner;
  commit: CommitUnit;
  park: ParkUnit;
  limiter: Limiter;
  breaker: CircuitBreaker;
  observe: Observe;
  nowMs: Clock;
  /** How long a unit waits for a turn before it is parked for as long again. */
  saturationPatienceMs: number;
  /** Delay before the second, third… attempt; one attempt more than there are delays. */
  retryDelaysMs: readonly number[];
}): RunUnit {
  const { limiter, park, saturationPatienceMs: patienceMs } = deps;
  const enter = createTurns(limiter, patienceMs);

  return async (given) => {
    // Its data is not shown to anybody any more. Whoever stores it sees the erasure, too.
    if (isErased(given.event, given.erasedStamp)) return settle(given, { kind: 'superseded' });
    let leave = await enter(given);
    if (leave === null) return parkSaturated(given, allTaken);
    const admission = admit(given);
    if ('retryInMs' in admission) {
      leave();
      return parkRefused(given, admission.retryInMs);
    }
    let task = given;
    let answer: Answer = { kind: 'unavailable', error: '' };
    try {
      answer = await ask(task, leave);
      if (answer.kind === 'crashed' && !task.alone) {
        // Only alone is it known who did it, and whoever fails now is not with others any more.
        task = { ...task, alone: true };
        leave();
        leave = await enter(task);
        answer = await ask(task, leave);
      }
    } finally {
      // What was reported may be large: its unit keeps the turn until it is on its way.
      if (!('followUps' in answer)) leave?.();
      admission.ended(endOf(answer));
    }
    if (answer.kind === 'unavailable') return parkSaturated(task, answer.error);
    task = { ...task, tookMs: answer.tookMs };
    if (answer.kind === 'failed') return fail(task, answer.reason, answer.error);
    if (answer.kind === 'crashed') return fail(task, 'crashed', answer.error);
    return settle({ ...given, tookMs: answer.tookMs }, answer).finally(() => leave?.());
  };

  function admit({ unit, event }: UnitTask): Admission {
    const isOld = deps.nowMs() - event.acceptedAtMs > circuitPatienceMs;
    return isOld ? { ended: () => {} } : deps.breaker.admit(unit.name);
  }

  async function ask(task: UnitTask, turn: unknown): Promise<Answer> {
    if (turn === null) return { kind: 'unavailable', error: allTaken };
    try {
      return await deps.runner.run(task);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return { kind: 'unavailable', error: describeError(error) };
    }
  }

  async function settle(task: UnitTask, result: UnitResult): Promise<UnitEnd> {
    const { event, unit, unitNames, erasedStamp, tookMs } = task;
    const basis = unit.exact ? { basisJson: task.previousJson } : {};
    const finished = { event, unit, result, unitNames, erasedStamp, tookMs, ...basis };
    const answer = await deps.commit(finished);
    if ('outcome' in answer) return answer.outcome;
    const { refused: error, reason } = answer;
    // It runs anew, with what is there now. That is nobody's doing, so no attempt is charged.
    if (reason === 'erased' || reason === 'outdated') {
      return park(task, { delayMs: 0, reason, error });
    }
    if (result.kind === 'dead') throw new Error(`A dead letter was refused: ${error}`);
    return fail(task, reason, error);
  }

  function fail(task: UnitTask, reason: DeadReason, error: string): Promise<UnitEnd> {
    const { event, unit } = task;
    const attempts = task.attempts + 1;
    const { ticket, type } = event;
    deps.observe({ kind: 'unit_failed', ticket, type, name: unit.name, attempts, reason, error });
    const delayMs = deps.retryDelaysMs[attempts - 1];
    if (delayMs === undefined) return settle(task, { kind: 'dead', reason, error, attempts });
    return park({ ...task, attempts }, { delayMs, reason, error });
  }

  function parkSaturated(task: UnitTask, error: string): Promise<'parked'> {
    return park(task, { delayMs: patienceMs, reason: 'saturated', error });
  }

  function parkRefused(task: UnitTask, retryInMs: number): Promise<'parked'> {
    const delayMs = Math.max(retryInMs, patienceMs);
    return park(task, { delayMs, reason: 'circuit_open', error: alwaysFails });
  }
}

/**
 * Units that run alone wait in lines of their own, and those that have failed in another one: what
 * ends its thread holds no others up.
 */
function createTurns(shared: Limiter, patienceMs: number) {
  const [apart, again] = [createLimiter(), createLimiter()];
  return ({ unit, event, alone, attempts }: UnitTask) => {
    const turn = { lane: event.lane, max: unit.concurrency, patienceMs };
    const aloneLine = attempts === 0 ? apart : again;
    return (alone ? aloneLine : shared).enter(unit.name, turn);
  };
}

/** What was answered, even if no store can keep it, shows that the author's code works. */
function endOf(answer: Answer): CallEnd {
  if (answer.kind === 'unavailable') return 'neither';
  if (answer.kind === 'crashed') return 'failed';
  if (answer.kind !== 'failed') return 'succeeded';
  return ['threw', 'deadline', 'crashed'].includes(answer.reason) ? 'failed' : 'succeeded';
}
