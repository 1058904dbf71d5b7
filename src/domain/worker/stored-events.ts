// Which events a commit stored content of, for the regions to tell when it can be read there.

import { isRequested } from '../content-request.ts';
import type { Outcome, Stored } from '../document.ts';
import type { FinishedUnit } from './finished-unit.ts';

/** Each event once, however many of its units were stored together. */
export function storedBy(units: readonly FinishedUnit[], outcomes: readonly Outcome[]): Stored[] {
  const stored = new Map<string, Stored>();
  for (const [index, { event }] of units.entries()) {
    if (outcomes[index] !== 'stored') continue;
    const { ticket, acceptedAtMs, user } = event;
    // A cold read was answered long before, and what is for everyone is not awaited by anybody.
    const isAwaited = user !== null && !isRequested(event);
    stored.set(ticket, { ticket, acceptedAtMs: isAwaited ? acceptedAtMs : null });
  }
  return [...stored.values()];
}
