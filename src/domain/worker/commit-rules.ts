// What a commit stores, and what comes of each of its units: pure decisions that every content store
// shares.

import { isRequested } from '../content-request.ts';
import {
  bytesOf,
  maxDocumentBytes,
  type Outcome,
  outcomes,
  type Resolved,
  type SlotContent,
  type UserDocument,
} from '../document.ts';
import { Failure } from '../errors.ts';
import type { AcceptedEvent } from '../event.ts';
import { compareOrder } from '../order.ts';
import { isErased, mayHoldErased } from './erasure.ts';
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

/** By how much a replica's clock may be ahead when it says that content has expired. */
export const clockToleranceMs = 60_000;

/**
 * Whether an event's content may take the place of what the slot holds. What was made for a cold read
 * never competes with what was made for a real event: it fills a slot that nothing has changed since
 * it was asked for, and its stamp stays that of what it replaced.
 */
export function mayReplace(
  held: SlotContent | undefined,
  event: AcceptedEvent,
  nowMs: number,
): boolean {
  if (held === undefined) return !isRequested(event) || event.stamp === 0;
  if (isRequested(event)) {
    const isOver = (held.expiresAtMs ?? Number.POSITIVE_INFINITY) <= nowMs + clockToleranceMs;
    return isOver && held.stamp === event.stamp;
  }
  if (held.stamp === event.stamp && isRequested(held.event)) return true;
  return compareOrder({ stamp: held.stamp, ...held.event }, event) < 0;
}

/**
 * A real event goes before a requested one whatever their stamps: were the latter chosen and then
 * found to be out of date, the former would be lost with it.
 */
function isChosenBefore(event: AcceptedEvent, other: AcceptedEvent): boolean {
  const [isCold, isOtherCold] = [isRequested(event), isRequested(other)];
  return isCold === isOtherCold ? compareOrder(event, other) > 0 : isOtherCold;
}

/** Of several units for one user and slot, the one of the newest event. */
export function pickNewest(units: readonly ContentUnit[]): Map<string, ContentUnit> {
  const newest = new Map<string, ContentUnit>();
  for (const unit of units) {
    const place = JSON.stringify([unit.event.user, unit.unit.slot]);
    const other = newest.get(place);
    if (other === undefined || isChosenBefore(unit.event, other.event)) newest.set(place, unit);
  }
  return newest;
}

/**
 * Generic slots whose older content is to be withdrawn although the content that said so is not
 * kept. What came before it also came before the newer content that has its place.
 */
export function lateWithdrawals(
  units: readonly ContentUnit[],
  winners: readonly FinishedUnit[],
): string[] {
  const late = units.filter((unit) => unit.event.user === null && !winners.includes(unit));
  return [...new Set(late.filter(({ result }) => result.withdraw).map(({ unit }) => unit.slot))];
}

/**
 * The outcome of a unit whose content, if any, was not yet compared with what is stored. Of an event
 * before its user's erasure nothing is kept: no content, no letter, and nothing that it would lead to.
 */
export function firstOutcome(finished: FinishedUnit, erasedStamp: number): Outcome {
  const { result, event } = finished;
  if (isErased(event, erasedStamp)) return 'erased';
  switch (result.kind) {
    case 'done':
    case 'superseded':
      return result.kind;
    default:
      if (mayHoldErased(finished, erasedStamp)) {
        throw new Failure('rejected', 'Its user was erased while it ran.', { reason: 'erased' });
      }
  }
  if (result.kind === 'dead') return 'dead';
  return result.kind === 'content' ? 'stored' : 'unchanged';
}

/** Throws when one of these documents, which a commit is about to store, may not be as large. */
export function refuseTooLarge(documents: readonly UserDocument[]): void {
  const bytes = Math.max(0, ...documents.map(bytesOf));
  if (bytes <= maxDocumentBytes) return;
  const error = `All slots of its user would have ${bytes} bytes; ${maxDocumentBytes} are allowed.`;
  throw new Failure('rejected', error, { reason: 'too_large' });
}

/** What is told of an event: of its units' outcomes, the one a waiting client cares for most. */
export function resolve(event: AcceptedEvent, ofUnits: readonly Outcome[]): Resolved {
  const outcome = outcomes.find((news) => ofUnits.includes(news)) ?? 'ignored';
  return { ticket: event.ticket, outcome };
}
