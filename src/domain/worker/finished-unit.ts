// What a worker and the content store tell each other about units.

import type { GenericContent, Outcome, Resolved, UserDocument } from '../document.ts';
import type { AcceptedEvent } from '../event.ts';
import type { FailureReason, Settled } from './unit-call.ts';

/** What is known of an event before its units run. */
export type EventState = {
  /** Names of units that have an outcome. */
  settled: readonly string[];
  /** Names of units that wait for their next attempt. */
  parked: readonly string[];
  /** JSON text by slot. */
  previous: ReadonlyMap<string, string>;
  /** The same (user, source, id) was stored before, with another digest. */
  isIdReuse: boolean;
  /** The stamp up to which the user was erased; 0: never was. */
  erasedStamp: number;
};

export type DeadReason = FailureReason | 'id_reuse' | 'rejected' | 'delivery_limit' | 'malformed';

export type UnitResult =
  | Settled
  | { kind: 'superseded' }
  | {
      kind: 'dead';
      reason: DeadReason;
      error: string;
      attempts: number;
    };

/** A unit that ended, ready to be stored. `unit` is `null` for an event that concerns nobody. */
export type FinishedUnit = {
  event: AcceptedEvent;
  unit: { name: string; slot: string | null } | null;
  result: UnitResult;
  /** Names of all units of the event: it is resolved when each has an outcome. */
  unitNames: readonly string[];
  /**
   * What was known of the user's erasure when the unit began. What it made, or died of, is refused as
   * `erased` when there was a later one: it may hold what was erased.
   */
  erasedStamp?: number;
  /**
   * What its slot held when it began, as JSON text; not there unless that counts. When the slot holds
   * something else by now, what it made is refused as `outdated`.
   */
  basisJson?: string | null;
  /** How long the author's code ran, in the attempt that ended it; not there when none did. */
  tookMs?: number | undefined;
};

export type Committed = {
  /** One per finished unit, in their order. */
  outcomes: readonly Outcome[];
  /** The whole document of every user that changed, or of whom something was a duplicate. */
  documents: readonly UserDocument[];
  generic: readonly GenericContent[];
  /** Events that were settled by this commit. */
  resolved: readonly Resolved[];
};

export type Unsent = { users: readonly string[]; slots: readonly string[] };
