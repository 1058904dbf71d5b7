// What a worker asks of the threads that run authors' code, and what they answer.

import type { AcceptedEvent } from '../event.ts';
import type { Unit } from './units.ts';

export type UnitCall = {
  event: AcceptedEvent;
  /** Events that waited and have no call of their own, oldest first. */
  earlier: readonly AcceptedEvent[];
  unit: Unit;
  /** JSON text of what the slot holds now. */
  previousJson: string | null;
  /** Run it with no other unit in its thread, so that a crash tells who did it. */
  alone: boolean;
  /** Attempts charged so far. */
  attempts: number;
};

/** What a generator made. `withdraw`: what the slot showed everyone before may not be served any longer. */
export type MadeContent = {
  kind: 'content';
  contentJson: string;
  generatedAtMs: number;
  expiresAtMs: number | null;
  withdraw: boolean;
};

/** An event in the making: what only its author knows. */
export type Reported = { type: string; user: string | null; dataJson: string };

/** How a unit may end well, with the events that it reported. */
export type Settled = (MadeContent | { kind: 'nothing' } | { kind: 'done' }) & {
  followUps?: readonly AcceptedEvent[];
};

/**
 * `content` and `nothing` come from generators, `done` from reactions. `failed`: the author's code
 * threw, returned what cannot be stored, or was late. `crashed`: its thread died under it, or was
 * deaf at its deadline; it did not run alone, and a neighbor may be to blame. An `error` is text
 * that every store takes: what others made has been through boundText().
 */
export type UnitAnswer = (
  | (Settled & { reported?: readonly Reported[] })
  | { kind: 'failed'; reason: FailureReason; error: string }
  | { kind: 'crashed'; error: string }
) & {
  /** How long the author's code ran; not there when its thread died under it. */
  tookMs?: number | undefined;
};

/**
 * `not_allowed`: well formed, but not for a generator of this kind. `bad_event`: what was reported
 * is no event, or not one that may be reported. `bad_html`: a page could not hold it.
 */
export type FailureReason =
  | 'threw'
  | 'deadline'
  | 'not_json'
  | 'not_allowed'
  | 'bad_event'
  | 'bad_html'
  | 'too_large'
  | 'crashed';
