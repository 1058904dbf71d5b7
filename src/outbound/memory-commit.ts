// What a commit does to the content store in memory: the same decisions as Postgres's statements.

import type { Outcome } from '../domain/document.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { compareText } from '../domain/order.ts';
import {
  type ContentUnit,
  firstOutcome,
  isContentUnit,
  lateWithdrawals,
  mayReplace,
  pickNewest,
  refuseTooLarge,
  resolve,
  unitKey,
} from '../domain/worker/commit-rules.ts';
import { isErased } from '../domain/worker/erasure.ts';
import {
  asOfNewest,
  type ExactUnit,
  exactUnits,
  isExact,
  refuseOutdated,
} from '../domain/worker/exact-content.ts';
import type { Committed, FinishedUnit } from '../domain/worker/finished-unit.ts';
import { followUpsOf } from '../domain/worker/follow-up-store.ts';
import {
  documentOf,
  genericOf,
  heldContent,
  type MemoryDocuments,
  putContent,
  putGeneric,
  raiseVersion,
  withdrawOlder,
} from './memory-documents.ts';
import type { MemoryFollowUps } from './memory-follow-ups.ts';

export type DeadLetter = { event: AcceptedEvent; name: string; reason: string; error: string };

export type MemoryState = MemoryDocuments & {
  digests: Map<string, string>;
  outcomes: Map<string, Outcome>;
  /** By user, the stamp up to which they were erased. */
  erased: Map<string, number>;
  deadLetters: Map<string, DeadLetter>;
  followUps: MemoryFollowUps;
};

/** As a transaction: when it throws, `state` is as it was. */
export function commitInMemory(
  state: MemoryState,
  units: readonly FinishedUnit[],
  followUpLeaseMs: number,
): Committed {
  const changed: MemoryState = {
    ...state,
    digests: new Map(state.digests),
    outcomes: new Map(state.outcomes),
    documents: new Map(state.documents),
    generic: new Map(state.generic),
    deadLetters: new Map(state.deadLetters),
  };
  const committed = commitTo(changed, units);
  Object.assign(state, changed);
  units.forEach((finished, index) => {
    const outcome = committed.outcomes[index] as Outcome;
    state.followUps.add(followUpsOf(finished, outcome), followUpLeaseMs);
  });
  return committed;
}

function commitTo(state: MemoryState, units: readonly FinishedUnit[]): Committed {
  const outcomes = units.map((finished) => settle(state, finished));
  const contents = units.filter((_, index) => outcomes[index] === 'stored').filter(isContentUnit);
  const heldBy = ({ event, unit }: ContentUnit | ExactUnit) =>
    heldContent(state, event.user, unit.slot);
  const candidates = contents.filter(
    (unit) => isExact(unit) || mayReplace(heldBy(unit), unit.event, state.nowMs()),
  );
  const winners = new Set<FinishedUnit>(pickNewest(candidates).values());
  refuseOutdated(exactUnits(units, outcomes), heldBy, winners);
  units.forEach((finished, index) => {
    if (outcomes[index] !== 'stored' || winners.has(finished)) return;
    outcomes[index] = 'superseded';
    state.outcomes.set(unitKey(finished.event, finished.unit?.name ?? ''), 'superseded');
  });
  const changed = [...winners].filter(isContentUnit);
  const users = usersOf(changed);
  for (const unit of changed) putGeneric(state, unit);
  const late = lateWithdrawals(contents, changed);
  for (const slot of late) withdrawOlder(state, slot);
  const slots = changed.filter((unit) => unit.event.user === null).map(({ unit }) => unit.slot);
  for (const unit of changed) {
    putContent(state, isExact(unit) ? asOfNewest(unit, heldBy(unit)) : unit);
  }
  for (const user of users) raiseVersion(state, user);
  // Whoever stored a duplicate the first time may have died before it was sent.
  const again = units.filter((_, index) => outcomes[index] === 'duplicate');
  const known = usersOf(again).filter((user) => state.documents.has(user));
  const sent = [...new Set([...users, ...known])].sort(compareText);
  const documents = sent.map((user) => documentOf(state, user));
  refuseTooLarge(documents);
  return {
    outcomes,
    documents,
    generic: again.some((unit) => unit.event.user === null)
      ? [...state.generic.values()]
      : genericOf(state, [...slots, ...late]),
    resolved: findResolved(state, units, outcomes),
  };
}

function usersOf(units: readonly FinishedUnit[]): string[] {
  return [...new Set(units.map((unit) => unit.event.user))].filter((user) => user !== null);
}

/** Remembers the event. `false`: it reuses the source and id of another one, and is buried. */
export function beginEvent(state: MemoryState, event: AcceptedEvent, name: string): boolean {
  const key = unitKey(event, '');
  const digest = state.digests.get(key) ?? event.digest;
  state.digests.set(key, digest);
  if (digest === event.digest) return true;
  if (!isOver(state, event)) bury(state, event, name, { reason: 'id_reuse', error: '' });
  return false;
}

/** From before its user's erasure: nothing of it is kept. */
function isOver(state: MemoryState, event: AcceptedEvent): boolean {
  return isErased(event, state.erased.get(event.user ?? '') ?? 0);
}

function bury(
  state: MemoryState,
  event: AcceptedEvent,
  name: string,
  { reason, error }: { reason: string; error: string },
): void {
  const key = `${unitKey(event, name)}${event.digest}`;
  state.deadLetters.set(key, { event, name, reason, error });
}

function settle(state: MemoryState, finished: FinishedUnit): Outcome {
  const { event, unit, result } = finished;
  const name = unit?.name ?? '';
  if (!beginEvent(state, event, name)) return isOver(state, event) ? 'erased' : 'dead';
  const key = unitKey(event, name);
  if (unit !== null && state.outcomes.has(key)) return 'duplicate';
  const outcome = outcomeOf(state, finished);
  if (outcome === 'dead' && result.kind === 'dead') bury(state, event, name, result);
  if (unit !== null) state.outcomes.set(key, outcome);
  return outcome;
}

function outcomeOf(state: MemoryState, finished: FinishedUnit): Outcome {
  const { event, unit, result } = finished;
  if (isOver(state, event)) return 'erased';
  if (unit === null) return result.kind === 'dead' ? 'dead' : 'ignored';
  return firstOutcome(finished, state.erased.get(event.user ?? '') ?? 0);
}

function findResolved(
  state: MemoryState,
  units: readonly FinishedUnit[],
  outcomes: readonly Outcome[],
) {
  const resolved = units.flatMap((finished, index) => {
    if (finished.unitNames.length <= 1)
      return [resolve(finished.event, [outcomes[index] as Outcome])];
    const all = finished.unitNames.map((name) => state.outcomes.get(unitKey(finished.event, name)));
    const known = all.filter((outcome) => outcome !== undefined);
    return known.length === all.length ? [resolve(finished.event, known)] : [];
  });
  return [...new Map(resolved.map((word) => [word.ticket, word])).values()];
}
