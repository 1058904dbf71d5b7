// Events that units reported, from the commit that stores them until the broker has confirmed each.

import type { Outcome } from '../document.ts';
import type { AcceptedEvent } from '../event.ts';
import type { FinishedUnit } from './finished-unit.ts';

/** A part of the content store, whose commit() adds what is in here. */
export type FollowUpStore = {
  /** Takes events that are due; nobody else gets them for `leaseMs`. */
  claimFollowUps(limits: { max: number; leaseMs: number }): Promise<AcceptedEvent[]>;
  /** Forgets events that were published, by whomever. */
  removeFollowUps(events: readonly AcceptedEvent[]): Promise<void>;
};

/**
 * The events that a commit stores with a unit. A superseded unit ran, and what it reported has
 * happened. A duplicate reported before; what an erased user's event would lead to, ends with it.
 */
export function followUpsOf({ result }: FinishedUnit, outcome: Outcome): readonly AcceptedEvent[] {
  if (!('followUps' in result) || result.followUps === undefined) return [];
  return ['stored', 'unchanged', 'superseded', 'done'].includes(outcome) ? result.followUps : [];
}
