// Within one commit, who wins: pure decisions that every content store shares.

import { type Outcome, outcomes, type Resolved } from '../document.ts';
import type { AcceptedEvent } from '../event.ts';
import { compareOrder } from '../order.ts';
import type { FinishedUnit, UnitResult } from './finished-unit.ts';

export type ContentUnit = FinishedUnit & {
  unit: { name: string; slot: string };
  result: Extract<UnitResult, { kind: 'content' }>;
};

export function isContentUnit(finished: FinishedUnit): finished is ContentUnit {
  return finished.result.kind === 'content' && finished.unit?.slot != null;
}

/** Text that is equal for equal units. JSON, because no separator is safe in an id. */
export function unitKey(event: AcceptedEvent, name: string): string {
  return JSON.stringify([event.user, event.source, event.id, name]);
}

/** Of several units for one user and slot, the one of the newest event. */
export function pickNewest(units: readonly ContentUnit[]): Map<string, ContentUnit> {
  const newest = new Map<string, ContentUnit>();
  for (const unit of units) {
    const place = JSON.stringify([unit.event.user, unit.unit.slot]);
    const other = newest.get(place);
    if (other === undefined || compareOrder(other.event, unit.event) < 0) newest.set(place, unit);
  }
  return newest;
}

/** The outcome of a unit whose content, if any, was not yet compared with what is stored. */
export function firstOutcome(finished: FinishedUnit, erasedStamp: number): Outcome {
  const { result, event } = finished;
  switch (result.kind) {
    case 'content':
      return event.stamp <= erasedStamp ? 'erased' : 'stored';
    case 'nothing':
      return 'unchanged';
    default:
      return result.kind;
  }
}

/** What is told of an event: of its units' outcomes, the one a waiting client cares for most. */
export function resolve(event: AcceptedEvent, ofUnits: readonly Outcome[]): Resolved {
  const outcome = outcomes.find((news) => ofUnits.includes(news)) ?? 'ignored';
  return { ticket: event.ticket, outcome };
}
