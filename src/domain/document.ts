// What a user sees next: content per slot, joined into one document per user.

import type { Lane } from './event.ts';

/** Limits of what a generator may make; more is dead with the reason `too_large`. */
export const maxSlotBytes = 32 * 1024;
export const maxDocumentBytes = 256 * 1024;

/** Where a slot's content came from. */
export type Origin = { source: string; id: string; type: string };

/** Content of one slot of one user. `contentJson` is the generator's JSON text, byte for byte. */
export type SlotContent = {
  slot: string;
  stamp: number;
  event: Origin;
  generatedAtMs: number;
  expiresAtMs: number | null;
  contentJson: string;
};

/** All personal slots of one user, sorted by slot. A higher version always replaces a lower one. */
export type UserDocument = {
  user: string;
  /** greatest(previous + 1, Postgres's clock in ms): it rises, it does not count. */
  version: number;
  storedAtMs: number;
  slots: readonly SlotContent[];
};

export function bytesOf({ slots }: Pick<UserDocument, 'slots'>): number {
  return slots.reduce((sum, { contentJson }) => sum + Buffer.byteLength(contentJson), 0);
}

/** What is known of a user's document without reading it. */
export type DocumentHead = {
  user: string;
  version: number;
  /** When its slots expire, Unix milliseconds, in no order; slots that never do are left out. */
  expiriesMs: readonly number[];
};

/** Content of a slot for everyone: what a user without content of their own is shown. */
export type GenericContent = SlotContent & {
  version: number;
  /**
   * What the slot showed everyone at a lower version may not be served any longer. Later versions
   * carry it on: whoever missed the one that withdrew learns of it from any of them. 0: never was.
   */
  withdrawnBelow: number;
};

/**
 * What can become of a unit, and of an event. In the order of news: of an event with several units,
 * a waiting client is told the first of their outcomes.
 */
export const outcomes = [
  'stored',
  'unchanged',
  'superseded',
  'erased',
  'done',
  'dead',
  'duplicate',
  'ignored',
] as const;

export type Outcome = (typeof outcomes)[number];

/** Word that an event is settled: every unit of it has an outcome. */
export type Resolved = { ticket: string; outcome: Outcome };

/** Word that a bundle holds content which an event made. */
export type Stored = {
  ticket: string;
  /** `null` where nobody waits from then on: a cold read asked for it, or it is for everyone. */
  acceptedAtMs: number | null;
};

/** What travels from a worker to the regions. Whole documents, never deltas. */
export type ContentBundle = {
  lane: Lane;
  documents: readonly UserDocument[];
  generic: readonly GenericContent[];
  resolved: readonly Resolved[];
  /** Of what is stored just now; content that is sent once more has none. */
  stored?: readonly Stored[];
};

/** Part of a full copy of Postgres's documents; `next` is the user to continue after. */
export type SnapshotPage = {
  snapshotId: string;
  documents: readonly UserDocument[];
  generic: readonly GenericContent[];
  next: string | null;
};

/** What a client is shown in a slot. `pending`: generic content, while personal may be on its way. */
export type SlotState = 'personal' | 'generic' | 'pending';
