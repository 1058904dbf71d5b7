// Units and events given up, for the people who run the platform: look, put back, or throw away.

import type { AcceptedEvent } from '../event.ts';

/**
 * What putting a letter back would come to. `id_reuse`: its source and id belong to another event.
 * `malformed`: nobody can read it. `erased`: its user was erased since. `no_unit`: no generator or
 * reaction is behind it. Only what is `redrivable` can run again.
 */
export type Verdict = 'redrivable' | 'id_reuse' | 'malformed' | 'erased' | 'no_unit';

export type DeadLetter = {
  /** Hexadecimal digits that stay the same, also when the unit dies again. People type the first. */
  key: string;
  event: AcceptedEvent;
  /** Of the generator or reaction; empty for a whole event. */
  name: string;
  reason: string;
  error: string;
  /** Attempts charged to the unit. */
  attempts: number;
  diedAtMs: number;
  verdict: Verdict;
};

/** Letters that fit everything that is given; of several values for one field, any. */
export type DeadLetterSelection = {
  keys: readonly string[] | null;
  reasons: readonly string[] | null;
  names: readonly string[] | null;
  types: readonly string[] | null;
  /** The empty text stands for events about everyone. */
  users: readonly string[] | null;
  sources: readonly string[] | null;
  sinceMs: number | null;
  untilMs: number | null;
};

export type DeadLetterTally = {
  /** By the store's clock: who works through a selection leaves out what dies later. */
  asOfMs: number;
  /** Most letters first. */
  groups: readonly {
    reason: string;
    name: string;
    verdict: Verdict;
    letters: number;
    firstDiedAtMs: number;
    lastDiedAtMs: number;
  }[];
};

/** Where a batch ended. Opaque. */
export type DeadLetterPlace = readonly string[];

export type DeadLetterBatch = { max: number; after: DeadLetterPlace | null };

/** Every call rejects with `unavailable` when it cannot be carried out now. */
export type DeadLetters = {
  /** Newest first; those that come after `before` in this order. */
  list(
    selection: DeadLetterSelection,
    page: { max: number; before: DeadLetter | null },
  ): Promise<DeadLetter[]>;
  /** At most `max` letters whose keys begin like this. */
  find(keyStart: string, max: number): Promise<DeadLetter[]>;
  tally(selection: DeadLetterSelection): Promise<DeadLetterTally>;
  /**
   * Of the next `max` letters, those that are redrivable are letters no more, their units have no
   * outcome and are due for a first attempt: all of it or nothing. `next` is null at the end.
   */
  redrive(
    selection: DeadLetterSelection,
    batch: DeadLetterBatch,
  ): Promise<{ verdicts: ReadonlyMap<Verdict, number>; next: DeadLetterPlace | null }>;
  /** Deletes the next `max` letters; what became of their units stays remembered. */
  drop(
    selection: DeadLetterSelection,
    batch: DeadLetterBatch,
  ): Promise<{ dropped: number; next: DeadLetterPlace | null }>;
};
