// Step 6 of an event's way: a replica lays content down where the next read will find it.

import type { ContentBundle } from '../document.ts';
import type { Observe } from '../observation.ts';
import type { Clock, RegionStore } from '../ports.ts';
import type { Receipts } from './gather-receipts.ts';
import type { KeptPositions } from './keep-positions.ts';
import type { WaitingTickets } from './waiting-tickets.ts';

export type PositionContent = (bundle: ContentBundle) => Promise<void>;

/** Rejects when the store cannot be written; the bundle is then to be delivered again. */
export function createPositionContent(parts: {
  store: Pick<RegionStore, 'put' | 'putGeneric'>;
  positions: Pick<KeptPositions, 'changed' | 'genericChanged' | 'isLaidDown'>;
  receipts: Pick<Receipts, 'note'>;
  tickets: Pick<WaitingTickets, 'settle'>;
  observe: Observe;
  nowMs: Clock;
}): PositionContent {
  const { store, positions, receipts, tickets, observe, nowMs } = parts;
  return async ({ lane, documents, generic, resolved, stored = [] }) => {
    const [changed, slots] = await Promise.all([store.put(documents), store.putGeneric(generic)]);
    // In the turn of the commit: from here on no read is answered that could see the new version
    // without laying it down first.
    const withdrawn = positions.genericChanged(slots);
    await positions.changed(changed, lane);
    const users = new Set(changed);
    for (const { user, version, storedAtMs } of documents) {
      // Also of an equal version: whoever sent it again may have lost the word of it.
      if (positions.isLaidDown(user)) receipts.note(user, version);
      // An older or equal version changed nothing: it was positioned when its better came.
      if (!users.has(user)) continue;
      observe({ kind: 'content_positioned', user, version, sinceStoredMs: nowMs() - storedAtMs });
    }
    for (const { ticket, acceptedAtMs } of stored) {
      const sinceAcceptedMs = acceptedAtMs === null ? null : nowMs() - acceptedAtMs;
      observe({ kind: 'event_positioned', ticket, lane, sinceAcceptedMs });
    }
    await withdrawn;
    // Last: whoever is woken reads at once, and must find what it waited for.
    tickets.settle(resolved);
  };
}
