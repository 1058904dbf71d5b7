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

/**
 * `content` and `nothing` come from generators, `done` from reactions. `failed`: the author's code
 * threw, returned what cannot be stored, or was late. `crashed`: its thread died under it; unless
 * it ran alone, a neighbor may be to blame. An `error` is text that every store takes: what others
 * made has been through boundText().
 */
export type UnitAnswer =
  | { kind: 'content'; contentJson: string; generatedAtMs: number; expiresAtMs: number | null }
  | { kind: 'nothing' }
  | { kind: 'done' }
  | { kind: 'failed'; reason: FailureReason; error: string }
  | { kind: 'crashed'; error: string };

export type FailureReason = 'threw' | 'deadline' | 'not_json' | 'too_large' | 'crashed';
