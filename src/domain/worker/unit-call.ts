// What a worker asks of the threads that run authors' code, and what they answer.

import type { AcceptedEvent } from '../event.ts';
import type { Unit } from './units.ts';

export type UnitCall = {
  event: AcceptedEvent;
  unit: Unit;
  /** JSON text of what the slot holds now. */
  previousJson: string | null;
  /** Run it with no other unit in its thread, so that a crash tells who did it. */
  alone: boolean;
};

/** What a generator made. `withdraw`: what the slot showed everyone before may not be served any longer. */
export type MadeContent = {
  kind: 'content';
  contentJson: string;
  generatedAtMs: number;
  expiresAtMs: number | null;
  withdraw: boolean;
};

/**
 * `content` and `nothing` come from generators, `done` from reactions. `failed`: the author's code
 * threw, returned what cannot be stored, or was late. `crashed`: its thread died under it; unless
 * it ran alone, a neighbor may be to blame. An `error` is text that every store takes: what others
 * made has been through boundText().
 */
export type UnitAnswer =
  | MadeContent
  | { kind: 'nothing' }
  | { kind: 'done' }
  | { kind: 'failed'; reason: FailureReason; error: string }
  | { kind: 'crashed'; error: string };

/** `not_allowed`: well formed, but not for a generator of this kind. */
export type FailureReason =
  | 'threw'
  | 'deadline'
  | 'not_json'
  | 'not_allowed'
  | 'too_large'
  | 'crashed';
