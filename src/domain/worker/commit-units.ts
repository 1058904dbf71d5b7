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
import type { PublishFollowUps } from './follow-up-publish.ts';
import { followUpsOf } from './follow-up-store.ts';
import type { UntilAvailable } from './until-available.ts';

/** `refused`: the store will never take this unit, which is its author's doing. */
export type CommitAnswer = { outcome: Outcome } | { refused: string };

/** Resolves when the unit is stored, and what it made and reported is on its way or noted. */
export type CommitUnit = (finished: FinishedUnit) => Promise<CommitAnswer>;

type Store = (units: readonly FinishedUnit[]) => Promise<Committed>;

/** Events that a unit may have reported and still be stored with others. */
const maxFollowUpsTogether = 10;

export function createCommitUnit(deps: {
  store: ContentStore;
  deliver: DeliverContent;
  publishFollowUps: PublishFollowUps;
  /** How long nobody else publishes what a unit reported. */
  followUpLeaseMs: number;
  untilAvailable: UntilAvailable;
  observe: Observe;
  nowMs: Clock;
  maxUnits: number;
  maxWaitMs: number;
}): CommitUnit {
  const store: Store = (units) =>
    deps.untilAvailable(() => deps.store.commit(units, deps.followUpLeaseMs));
  const storeInTurn = oneByOne(store);
  const commitTogether = createBatcher<FinishedUnit, CommitAnswer>({
    maxItems: deps.maxUnits,
    maxWaitMs: deps.maxWaitMs,
    flush: (units) => commitBatch(units, store),
  });

  return async (finished) => {
    if (!reportsMany(finished)) return commitTogether(finished);
    const [answer] = await commitBatch([finished], storeInTurn);
    return answer as CommitAnswer;
  };

  async function commitBatch(
    units: readonly FinishedUnit[],
    store: Store,
  ): Promise<CommitAnswer[]> {
    try {
      return await commitAndDeliver(units, store);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'rejected')) throw error;
      if (units.length === 1) return [{ refused: describeError(error) }];
    }
    // One of them is to blame. One at a time tells which, and the others are stored.
    const answers: CommitAnswer[] = [];
    for (const unit of units) answers.push(...(await commitBatch([unit], store)));
    return answers;
  }

  async function commitAndDeliver(
    units: readonly FinishedUnit[],
    store: Store,
  ): Promise<CommitAnswer[]> {
    const startedAtMs = deps.nowMs();
    const committed = await store(units);
    deps.observe({
      kind: 'batch_committed',
      units: units.length,
      documents: committed.documents.length,
      tookMs: deps.nowMs() - startedAtMs,
    });
    const followUps = units.flatMap((finished, index) =>
      followUpsOf(finished, committed.outcomes[index] as Outcome),
    );
    const bundles = bundlesByLane(units, committed);
    await allEnded([...bundles.map(deps.deliver), deps.publishFollowUps(followUps)]);
    return units.map((finished, index) => {
      const outcome = committed.outcomes[index] as Outcome;
      const name = finished.unit?.name ?? '';
      deps.observe({ kind: 'unit_ended', ticket: finished.event.ticket, name, outcome });
      return { outcome };
    });
  }
}

/**
 * Its rows would keep the locks of everybody in its batch for long; so it has a transaction of its
 * own, and one of them at a time, or all connections would be theirs.
 */
function reportsMany({ result }: FinishedUnit): boolean {
  return 'followUps' in result && (result.followUps?.length ?? 0) > maxFollowUpsTogether;
}

function oneByOne(store: Store): Store {
  let last: Promise<unknown> = Promise.resolve();
  return (units) => {
    const committed = last.then(() => store(units));
    last = committed.catch(() => {});
    return committed;
  };
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
