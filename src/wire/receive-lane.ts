// What a lane of a replica holds, handed on in the order that its markers promise.

import type { FeedHandlers } from '../domain/ports.ts';
import type { LaneMessage } from './bundle-message.ts';

/**
 * Bundles are received side by side. A marker says that what was queued before it is there, so it
 * waits for the bundles begun before it; if one of them fails, the marker fails with it and both
 * are delivered again.
 */
export function createLaneReceiver(
  handlers: Pick<FeedHandlers, 'onBundle' | 'onMarker'>,
): (message: LaneMessage) => Promise<void> {
  const receiving = new Set<Promise<void>>();
  return async (message) => {
    if (message.kind === 'marker') {
      await Promise.all(receiving);
      handlers.onMarker(message.id);
      return;
    }
    const received = handlers.onBundle(message.bundle);
    receiving.add(received);
    try {
      await received;
    } finally {
      receiving.delete(received);
    }
  };
}
