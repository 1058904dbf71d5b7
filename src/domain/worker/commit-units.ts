// Steps 4 and 5 for many units at once: store them in one transaction, then fan out.

import { allEnded } from '../all-ended.ts';
import type { Outcome } from '../document.ts';
import { describeError, Failure, type RejectionReason } from '../errors.ts';
import type { AcceptedEvent, Lane } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, ContentStore } from '../ports.ts';
import { createLaneBatcher } from './batcher.ts';
import type { DeliverContent } from './deliver-content.ts';
import type { Committed, FinishedUnit } from './finished-unit.ts';
import type { PublishFollowUps } from './follow-up-publish.ts';
import { followUpsOf } from './follow-up-store.ts';
import { storedBy } from './stored-events.ts';
import type { UntilAvailable } from './until-available.ts';

/** `refused`: the store will never take this unit, which is its author's doing, but for `erased` and `outdated`. */
export type CommitAnswer =
  | { outcome: Outcome }
  | { refused: string; reason: 'rejected' | RejectionReason };

/** `delivered`: shared by a batch, what it made and reported is on its way or noted. */
type Answer = CommitAnswer & { delivered: Promise<unknown> | null };

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
  /** Transactions under way for each lane; what ends meanwhile shares the next. */
  maxConcurrent: number;
  /** Between the beginnings of two of them, while units run that will end soon. */
  intervalMs: number;
  /** Units of the lane that have not ended. */
  running: (lane: Lane) => number;
  /** Whether generators run for the event. What others of it made waits for them, `intervalMs`. */
  isGenerating: (event: AcceptedEvent) => boolean;
}): CommitUnit {
  const store: Store = (units) =>
    deps.untilAvailable(() => deps.store.commit(units, deps.followUpLeaseMs));
  const storeInTurn = oneByOne(store);
  const commitTogether = createLaneBatcher<FinishedUnit, Answer>(({ event }) => event.lane, {
    maxItems: deps.maxUnits,
    maxConcurrent: deps.maxConcurrent,
    intervalMs: (lane) => (deps.running(lane) > 0 ? deps.intervalMs : 0),
    // Each transaction means another version: messages to all regions, files, and what streams send.
    hold: {
      forMs: deps.intervalMs,
      expectsOthers: ({ unit, event }) => unit?.slot != null && deps.isGenerating(event),
    },
    flush: (units) => commitBatch(units, store),
  });

  return async (finished) => {
    const { delivered, ...answer } = reportsMany(finished)
      ? ((await commitBatch([finished], storeInTurn))[0] as Answer)
      : await commitTogether(finished);
    await delivered;
    return answer;
  };

  async function commitBatch(units: readonly FinishedUnit[], store: Store): Promise<Answer[]> {
    try {
      return await commitAndDeliver(units, store);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'rejected')) throw error;
      const guilty = units.length === 1 ? units : units.filter((one) => error.blamed.includes(one));
      if (guilty.length > 0) {
        const { reason = 'rejected' } = error;
        const refusal: Answer = { refused: describeError(error), reason, delivered: null };
        const others = units.filter((unit) => !guilty.includes(unit));
        const answers = others.length === 0 ? [] : await commitBatch(others, store);
        return units.map((unit) => answers[others.indexOf(unit)] ?? refusal);
      }
    }
    // One of them is to blame. One at a time tells which, and the others are stored.
    const answers: Answer[] = [];
    for (const unit of units) answers.push(...(await commitBatch([unit], store)));
    return answers;
  }

  async function commitAndDeliver(units: readonly FinishedUnit[], store: Store): Promise<Answer[]> {
    const startedAtMs = deps.nowMs();
    const { outcomes, ...content } = await store(units);
    deps.observe({
      kind: 'batch_committed',
      lane: laneOf(units),
      units: units.length,
      documents: content.documents.length,
      tookMs: deps.nowMs() - startedAtMs,
    });
    const followUps = units.flatMap((finished, index) =>
      followUpsOf(finished, outcomes[index] as Outcome),
    );
    const bundle = { lane: laneOf(units), ...content, stored: storedBy(units, outcomes) };
    // Each unit waits for it, and the next batch is stored meanwhile.
    const delivered = allEnded([deps.deliver(bundle), deps.publishFollowUps(followUps)]);
    delivered.catch(() => {});
    return units.map((finished, index) => {
      const outcome = outcomes[index] as Outcome;
      const name = finished.unit?.name ?? '';
      deps.observe({ kind: 'unit_ended', ticket: finished.event.ticket, name, outcome });
      return { outcome, delivered };
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

/** Lanes do not share batches. */
function laneOf([first]: readonly FinishedUnit[]): Lane {
  return first?.event.lane ?? 'interactive';
}
