// Steps 4 and 5 for many units at once: store them in one transaction, then fan out.

import { allEnded } from '../all-ended.ts';
import type { ContentBundle, Outcome } from '../document.ts';
import { describeError, Failure } from '../errors.ts';
import type { Lane } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, ContentStore } from '../ports.ts';
import { createBatcher } from './batcher.ts';
import type { DeliverContent } from './deliver-content.ts';
import type { Committed, FinishedUnit } from './finished-unit.ts';
import type { UntilAvailable } from './until-available.ts';

/** `refused`: the store will never take this unit, which is its author's doing. */
export type CommitAnswer = { outcome: Outcome } | { refused: string };

/** Resolves when the unit is stored and its content is on its way or noted as unsent. */
export type CommitUnit = (finished: FinishedUnit) => Promise<CommitAnswer>;

export function createCommitUnit(deps: {
  store: ContentStore;
  deliver: DeliverContent;
  untilAvailable: UntilAvailable;
  observe: Observe;
  nowMs: Clock;
  maxUnits: number;
  maxWaitMs: number;
}): CommitUnit {
  return createBatcher<FinishedUnit, CommitAnswer>({
    maxItems: deps.maxUnits,
    maxWaitMs: deps.maxWaitMs,
    flush: commitBatch,
  });

  async function commitBatch(units: readonly FinishedUnit[]): Promise<CommitAnswer[]> {
    try {
      return await commitAndDeliver(units);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'rejected')) throw error;
      if (units.length === 1) return [{ refused: describeError(error) }];
    }
    // One of them is to blame. One at a time tells which, and the others are stored.
    const answers: CommitAnswer[] = [];
    for (const unit of units) answers.push(...(await commitBatch([unit])));
    return answers;
  }

  async function commitAndDeliver(units: readonly FinishedUnit[]): Promise<CommitAnswer[]> {
    const startedAtMs = deps.nowMs();
    const committed = await deps.untilAvailable(() => deps.store.commit(units));
    deps.observe({
      kind: 'batch_committed',
      units: units.length,
      documents: committed.documents.length,
      tookMs: deps.nowMs() - startedAtMs,
    });
    await allEnded(bundlesByLane(units, committed).map(deps.deliver));
    return units.map((finished, index) => {
      const outcome = committed.outcomes[index] as Outcome;
      const name = finished.unit?.name ?? '';
      deps.observe({ kind: 'unit_ended', ticket: finished.event.ticket, name, outcome });
      return { outcome };
    });
  }
}

/** A user's document goes in the faster lane of the events that it was committed for. */
function bundlesByLane(units: readonly FinishedUnit[], committed: Committed): ContentBundle[] {
  const { documents, generic, resolved } = committed;
  const fast = units.filter(({ event }) => event.lane === 'interactive').map(({ event }) => event);
  const users = new Set(fast.map((event) => event.user));
  const tickets = new Set(fast.map((event) => event.ticket));
  const hasFastGeneric = fast.some((event) => event.user === null);
  return (['interactive', 'bulk'] as const satisfies readonly Lane[]).map((lane) => {
    const isFast = lane === 'interactive';
    return {
      lane,
      documents: documents.filter((document) => users.has(document.user) === isFast),
      generic: hasFastGeneric === isFast ? generic : [],
      resolved: resolved.filter((word) => tickets.has(word.ticket) === isFast),
    };
  });
}
