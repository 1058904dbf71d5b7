// A cold read at the worker: the request becomes an event, which is then prepared like any other.

import { contentRequested } from '../authors.ts';
import type { Config } from '../config.ts';
import {
  type ContentRequest,
  contentRequestSource,
  nameContentRequest,
  requestableSlots,
} from '../content-request.ts';
import { type AcceptedEvent, isUser, type NameEvent } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, EventDelivery, EventHandler } from '../ports.ts';

/** Resolves like an EventHandler, and at once for a request that nobody may make. */
export type PrepareRequested = (request: ContentRequest, delivery: EventDelivery) => Promise<void>;

/**
 * The event is made here and not in the replica. Of all places a replica is the nearest to the
 * outside: one in the wrong hands may ask for content that generators make anyway, and cannot choose
 * the type, the data or the lane of an event, nor its id.
 */
export function createPrepareRequested(deps: {
  config: Config;
  prepare: EventHandler;
  naming: NameEvent;
  nowMs: Clock;
  observe: Observe;
}): PrepareRequested {
  const slots = requestableSlots(deps.config);
  return async (request, delivery) => {
    const reason = problemOf(request, slots);
    if (reason !== null) {
      deps.observe({ kind: 'content_request_refused', reason });
      return;
    }
    await deps.prepare(requestedEvent(request, deps.nowMs(), deps.naming), delivery);
  };
}

/** What it names is left out: it is not known to be safe to tell. */
function problemOf({ user, slot, basis }: ContentRequest, slots: ReadonlySet<string>) {
  if (!isUser(user)) return 'It names no user.';
  if (!slots.has(slot)) return 'No generator fills this slot on request.';
  if (!Number.isSafeInteger(basis) || basis < 0) return 'Its basis is no stamp.';
  return null;
}

/** Its stamp is the basis, so that whatever was accepted since wins over what it makes. */
function requestedEvent(
  request: ContentRequest,
  acceptedAtMs: number,
  naming: NameEvent,
): AcceptedEvent {
  const { user, slot, basis } = request;
  const { type, lane } = contentRequested;
  const data = { slot };
  return {
    source: contentRequestSource,
    ...nameContentRequest(request, acceptedAtMs, naming),
    ...{ type, user, lane },
    stamp: basis,
    digest: naming.digestOf(type, data),
    acceptedAtMs,
    data,
  };
}
