// Documents and generic content in memory, and how they change.

import type { GenericContent, SlotContent, UserDocument } from '../domain/document.ts';
import { compareText } from '../domain/order.ts';
import type { Clock } from '../domain/ports.ts';
import type { ContentUnit } from '../domain/worker/commit-rules.ts';

type MemoryDocument = { version: number; storedAtMs: number; slots: Map<string, SlotContent> };

/** No document is changed in place: a commit that throws goes back to those that were there. */
export type MemoryDocuments = {
  nowMs: Clock;
  documents: Map<string, MemoryDocument>;
  generic: Map<string, GenericContent>;
};

export function heldContent(
  state: MemoryDocuments,
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

function nextVersion(state: MemoryDocuments, previous: number): number {
  return Math.max(previous + 1, state.nowMs());
}

export function putGeneric(state: MemoryDocuments, unit: ContentUnit): void {
  if (unit.event.user !== null) return;
  const held = state.generic.get(unit.unit.slot) ?? { version: 0, withdrawnBelow: 0 };
  const version = nextVersion(state, held.version);
  const withdrawnBelow = unit.result.withdraw ? version : held.withdrawnBelow;
  state.generic.set(unit.unit.slot, { ...toContent(unit), version, withdrawnBelow });
}

export function withdrawOlder(state: MemoryDocuments, slot: string): void {
  const held = state.generic.get(slot);
  if (held === undefined) return;
  const version = nextVersion(state, held.version);
  state.generic.set(slot, { ...held, version, withdrawnBelow: held.version });
}

export function genericOf(state: MemoryDocuments, slots: readonly string[]): GenericContent[] {
  return [...new Set(slots)].flatMap((slot) => state.generic.get(slot) ?? []);
}

export function putContent(state: MemoryDocuments, unit: ContentUnit): void {
  if (unit.event.user === null) return;
  const { user } = unit.event;
  const document = state.documents.get(user) ?? { version: 0, storedAtMs: 0, slots: new Map() };
  const slots = new Map(document.slots).set(unit.unit.slot, toContent(unit));
  state.documents.set(user, { ...document, slots });
}

export function raiseVersion(state: MemoryDocuments, user: string): void {
  const document = state.documents.get(user);
  if (document === undefined) return;
  const version = nextVersion(state, document.version);
  state.documents.set(user, { ...document, version, storedAtMs: state.nowMs() });
}

export function documentOf(state: MemoryDocuments, user: string): UserDocument {
  const { version = 0, storedAtMs = 0, slots = new Map() } = state.documents.get(user) ?? {};
  const sorted = [...slots.values()].sort((a, b) => compareText(a.slot, b.slot));
  return { user, version, storedAtMs, slots: sorted };
}
