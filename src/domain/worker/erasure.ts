// What an erasure leaves of what came before it: nothing, wherever it was.

import { isRequested } from '../content-request.ts';
import type { AcceptedEvent } from '../event.ts';
import type { Parking } from './parked-unit.ts';

/** Whether the event's user was erased after it. The stamp of a request is older than the request. */
export function isErased(event: AcceptedEvent, erasedStamp: number): boolean {
  return isRequested(event) ? erasedStamp > 0 : erasedStamp > 0 && event.stamp <= erasedStamp;
}

/**
 * Whether what a unit made, or how it failed, may tell what was erased: it began before. Its event
 * may be newer, but what its slot held and the events handed over with it are not.
 */
export function mayHoldErased(begun: { erasedStamp?: number }, erasedStamp: number): boolean {
  return erasedStamp > (begun.erasedStamp ?? erasedStamp);
}

/** Stands where an error may have quoted what was erased. */
export const erasedError = 'Its user was erased since.';

/** What may be kept of the error with which a unit is parked. */
export function keptError(
  event: AcceptedEvent,
  parking: Pick<Parking, 'error' | 'erasedStamp'>,
  erasedStamp: number,
): string {
  const isKept = !isErased(event, erasedStamp) && !mayHoldErased(parking, erasedStamp);
  return isKept ? parking.error : erasedError;
}
