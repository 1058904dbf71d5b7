// What a commit does to the content store in memory: the same decisions as Postgres's statements.

import type { GenericContent, Outcome, SlotContent, UserDocument } from '../domain/document.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { compareText } from '../domain/order.ts';
import type { Clock } from '../domain/ports.ts';
import type { Committed, FinishedUnit } from '../domain/worker/finished-unit.ts';
import { followUpsOf } from '../domain/worker/follow-up-store.ts';
import {
  type ContentUnit,
  firstOutcome,
  isContentUnit,
  lateWithdrawals,
  mayReplace,
  pickNewest,
  resolve,
  unitKey,
} from '../domain/worker/settle-batch.ts';
import type { MemoryFollowUps } from './memory-follow-ups.ts';

export type DeadLetter = { event: AcceptedEvent; name: string; reason: string; error: string };

export type MemoryState = {
  nowMs: Clock;
  digests: Map<string, string>;
  outcomes: Map<string, Outcome>;
  documents: Map<string, { version: number; storedAtMs: number; slots: Map<string, SlotContent> }>;
  generic: Map<string, GenericContent>;
  deadLetters: Map<string, DeadLetter>;
  followUps: MemoryFollowUps;
};

export function commitInMemory(
  state: MemoryState,
  units: readonly FinishedUnit[],
  followUpLeaseMs: number,
): Committed {
  const outcomes = units.map((finished) => settle(state, finished));
  const contents = units.filter((_, index) => outcomes[index] === 'stored').filter(isContentUnit);
  const candidates = contents.filter(({ event, unit }) =>
    mayReplace(heldContent(state, event.user, unit.slot), event, state.nowMs()),
  );
  const winners = new Set<FinishedUnit>(pickNewest(candidates).values());
  units.forEach((finished, index) => {
    if (outcomes[index] !== 'stored' || winners.has(finished)) return;
    outcomes[index] = 'superseded';
    state.outcomes.set(unitKey(finished.event, finished.unit?.name ?? ''), 'superseded');
  });
  units.forEach((finished, index) => {
    state.followUps.add(followUpsOf(finished, outcomes[index] as Outcome), followUpLeaseMs);
  });
  const changed = [...winners].filter(isContentUnit);
  const users = usersOf(changed);
  for (const unit of changed) putGeneric(state, unit);
  const late = lateWithdrawals(contents, changed);
  for (const slot of late) withdrawOlder(state, slot);
  const slots = changed.filter((unit) => unit.event.user === null).map(({ unit }) => unit.slot);
  for (const unit of changed) putContent(state, unit);
  for (const user of users) raiseVersion(state, user);
  // Whoever stored a duplicate the first time may have died before it was sent.
  const again = units.filter((_, index) => outcomes[index] === 'duplicate');
  const known = usersOf(again).filter((user) => state.documents.has(user));
  const sent = [...new Set([...users, ...known])].sort(compareText);
  return {
    outcomes,
    documents: sent.map((user) => documentOf(state, user)),
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
  bury(state, event, name, { reason: 'id_reuse', error: '' });
  return false;
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
  if (!beginEvent(state, event, name)) return 'dead';
  const key = unitKey(event, name);
  if (unit !== null && state.outcomes.has(key)) return 'duplicate';
  if (result.kind === 'dead') bury(state, event, name, result);
  if (unit === null) return result.kind === 'dead' ? 'dead' : 'ignored';
  const outcome = firstOutcome(finished, 0);
  state.outcomes.set(key, outcome);
  return outcome;
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

export function heldContent(
  state: MemoryState,
  user: string | null,
  slot: string,
): SlotContent | undefined {
  return user === null ? state.generic.get(slot) : state.documents.get(user)?.slots.get(slot);
}

function toContent({ event, unit, result }: ContentUnit): SlotContent {
  return {
    slot: unit.slot,
    stamp: event.stamp,
    event: { source: event.source, id: event.id, type: event.type },
    generatedAtMs: result.generatedAtMs,
    expiresAtMs: result.expiresAtMs,
    contentJson: result.contentJson,
  };
}

function nextVersion(state: MemoryState, previous: number): number {
  return Math.max(previous + 1, state.nowMs());
}

function putGeneric(state: MemoryState, unit: ContentUnit): void {
  if (unit.event.user !== null) return;
  const held = state.generic.get(unit.unit.slot) ?? { version: 0, withdrawnBelow: 0 };
  const version = nextVersion(state, held.version);
  const withdrawnBelow = unit.result.withdraw ? version : held.withdrawnBelow;
  state.generic.set(unit.unit.slot, { ...toContent(unit), version, withdrawnBelow });
}

function withdrawOlder(state: MemoryState, slot: string): void {
  const held = state.generic.get(slot);
  if (held === undefined) return;
  const version = nextVersion(state, held.version);
  state.generic.set(slot, { ...held, version, withdrawnBelow: held.version });
}

function genericOf(state: MemoryState, slots: readonly string[]): GenericContent[] {
  return [...new Set(slots)].flatMap((slot) => state.generic.get(slot) ?? []);
}

function putContent(state: MemoryState, unit: ContentUnit): void {
  if (unit.event.user === null) return;
  const document = state.documents.get(unit.event.user) ?? {
    version: 0,
    storedAtMs: 0,
    slots: new Map(),
  };
  document.slots.set(unit.unit.slot, toContent(unit));
  state.documents.set(unit.event.user, document);
}

function raiseVersion(state: MemoryState, user: string): void {
  const document = state.documents.get(user);
  if (document === undefined) return;
  document.version = nextVersion(state, document.version);
  document.storedAtMs = state.nowMs();
}

export function documentOf(state: MemoryState, user: string): UserDocument {
  const { version = 0, storedAtMs = 0, slots = new Map() } = state.documents.get(user) ?? {};
  const sorted = [...slots.values()].sort((a, b) => compareText(a.slot, b.slot));
  return { user, version, storedAtMs, slots: sorted };
}
