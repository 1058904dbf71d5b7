// Reported events whose worker could not publish them, or died before it did.

import type { Observe } from '../observation.ts';
import type { EventPublisher } from '../ports.ts';
import type { FollowUpStore } from './follow-up-store.ts';

/**
 * One turn; answers whether there may be more. Publishing an event twice is harmless: it is the same
 * event. What cannot be published now is due again when the lease ends.
 */
export function createSweepFollowUps(deps: {
  store: FollowUpStore;
  publisher: EventPublisher;
  observe: Observe;
  max: number;
  leaseMs: number;
}): () => Promise<boolean> {
  return async () => {
    const events = await deps.store.claimFollowUps({ max: deps.max, leaseMs: deps.leaseMs });
    if (events.length === 0) return false;
    await deps.publisher.publish(events);
    await deps.store.removeFollowUps(events);
    deps.observe({ kind: 'follow_ups_resumed', events: events.length });
    return events.length === deps.max;
  };
}
