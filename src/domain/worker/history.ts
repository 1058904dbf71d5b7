// What was done for a user and with an event, for the people who run the platform: read, never changed.

import type { Outcome, SlotContent } from '../document.ts';
import type { Lane } from '../event.ts';

/** What is in Postgres of one slot, and what is known of the event that made it. */
export type SlotHistory = SlotContent & {
  /** `null` where the event is remembered no more. */
  made: { ticket: string; acceptedAtMs: number; settledAtMs: number | null; by: string[] } | null;
};

export type DocumentHistory = {
  user: string;
  /** 0: nothing was ever stored. */
  version: number;
  storedAtMs: number;
  /** The stamp up to which the user was erased; 0: never was. */
  erasedStamp: number;
  /** By Postgres's clock, when this was read. */
  nowMs: number;
  slots: readonly SlotHistory[];
  /** What fills slots that hold nothing of the user's own. */
  generic: readonly SlotContent[];
};

export type UnitHistory = {
  /** Of the generator or reaction; empty for an event that concerned none. */
  name: string;
  /** `waiting`: it runs now, or is parked. */
  state: Outcome | 'waiting';
  settledAtMs: number | null;
  /** Of a parked unit. */
  dueAtMs: number | null;
  attempts: number | null;
  error: string | null;
  /** Why it is dead, and the key of its letter; `null` once the letter was dropped. */
  letter: { key: string; reason: string } | null;
};

export type EventHistory = {
  source: string;
  id: string;
  type: string;
  /** `null` means everyone. */
  user: string | null;
  ticket: string;
  lane: Lane;
  stamp: number;
  acceptedAtMs: number;
  digest: string;
  /** JSON text; `null` once it was emptied. */
  dataJson: string | null;
  /** In the order in which they ended; those that wait come last. */
  units: readonly UnitHistory[];
};

/** Every call rejects with `unavailable` when Postgres does not answer. */
export type Histories = {
  /** `null`: nobody of this name was ever heard of. */
  document(user: string): Promise<DocumentHistory | null>;
  /** The newest events of a user, oldest of them first; at most `max`. */
  timeline(user: string, max: number): Promise<EventHistory[]>;
  /** Events with any of these tickets: a source and id that are used for several users share one. */
  events(tickets: readonly string[]): Promise<EventHistory[]>;
};
