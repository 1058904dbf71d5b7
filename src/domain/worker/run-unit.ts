// Step 3, generate: one unit from its turn to its outcome, or to its next attempt.

import { describeError, isUnavailable } from '../errors.ts';
import type { AcceptedEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { ContentStore, UnitRunner } from '../ports.ts';
import type { Coalescer } from './coalesce.ts';
import type { CommitUnit } from './commit-units.ts';
import type { FinishedUnit, UnitResult } from './finished-unit.ts';
import type { Limiter } from './limit-concurrency.ts';
import { isRequested } from './settle-batch.ts';
import type { UnitAnswer } from './unit-call.ts';
import type { Unit } from './units.ts';
import type { UntilAvailable } from './until-available.ts';

export type UnitTask = {
  event: AcceptedEvent;
  unit: Unit;
  unitNames: readonly string[];
  previousJson: string | null;
  /** Attempts charged so far. */
  attempts: number;
  alone: boolean;
};

/** `settled`: it has an outcome and was fanned out. `parked`: Postgres will bring it back. */
export type RunUnit = (task: UnitTask) => Promise<'settled' | 'parked'>;

export function createRunUnit(deps: {
  runner: UnitRunner;
  store: ContentStore;
  commit: CommitUnit;
  limiter: Limiter;
  coalescer: Coalescer;
  untilAvailable: UntilAvailable;
  observe: Observe;
  /** How long a unit waits for a turn before it is parked for as long again. */
  saturationPatienceMs: number;
  /** Delay before the second, third… attempt; one attempt more than there are delays. */
  retryDelaysMs: readonly number[];
}): RunUnit {
  return async (task) => {
    // A request has an old stamp and would be superseded, or supersede, for no good reason.
    if (!task.unit.coalesce || isRequested(task.event)) return runInTurn(task);
    const key = JSON.stringify([task.event.user, task.unit.name]);
    const turn = await deps.coalescer.enter(key, task.event);
    if (turn === 'superseded') return settle(task, { kind: 'superseded' });
    try {
      return await runInTurn(task);
    } finally {
      deps.coalescer.leave(key);
    }
  };

  async function runInTurn(task: UnitTask): Promise<'settled' | 'parked'> {
    const { unit } = task;
    const leave = await deps.limiter.enter(unit.name, unit.concurrency, deps.saturationPatienceMs);
    if (leave === null) {
      return park(task, deps.saturationPatienceMs, 'saturated', 'All its calls are taken.');
    }
    let answer: UnitAnswer;
    try {
      answer = await callAuthor(task);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return park(task, deps.saturationPatienceMs, 'saturated', describeError(error));
    } finally {
      leave();
    }
    if (answer.kind === 'failed' || answer.kind === 'crashed') {
      return fail(task, answer.kind === 'failed' ? answer.reason : 'crashed', answer.error);
    }
    return settle(task, answer);
  }

  /** A unit that died with its thread runs again alone: only then is it known who did it. */
  async function callAuthor(task: UnitTask): Promise<UnitAnswer> {
    const answer = await deps.runner.run(task);
    if (answer.kind !== 'crashed' || task.alone) return answer;
    return deps.runner.run({ ...task, alone: true });
  }

  async function settle(task: UnitTask, result: UnitResult): Promise<'settled' | 'parked'> {
    const { event, unit, unitNames } = task;
    const finished: FinishedUnit = { event, unit, result, unitNames };
    const answer = await deps.commit(finished);
    if ('outcome' in answer) return 'settled';
    if (result.kind === 'dead') throw new Error(`A dead letter was refused: ${answer.refused}`);
    return fail(task, 'rejected', answer.refused);
  }

  function fail(
    task: UnitTask,
    reason: Extract<UnitResult, { kind: 'dead' }>['reason'],
    error: string,
  ): Promise<'settled' | 'parked'> {
    const { event, unit } = task;
    const attempts = task.attempts + 1;
    const { ticket, type } = event;
    deps.observe({ kind: 'unit_failed', ticket, type, name: unit.name, attempts, reason, error });
    const delayMs = deps.retryDelaysMs[attempts - 1];
    if (delayMs === undefined) return settle(task, { kind: 'dead', reason, error, attempts });
    return park({ ...task, attempts }, delayMs, reason, error);
  }

  async function park(
    { event, unit, attempts }: UnitTask,
    delayMs: number,
    reason: string,
    error: string,
  ): Promise<'parked'> {
    const parking = { attempts, delayMs, error: `${reason}: ${error}` };
    await deps.untilAvailable(() => deps.store.park({ event, name: unit.name }, parking));
    const { ticket, type } = event;
    deps.observe({ kind: 'unit_parked', ticket, type, name: unit.name, delayMs, reason });
    return 'parked';
  }
}
