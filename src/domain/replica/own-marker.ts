// A message a replica sends to itself: when it is back, so is all that was queued before it.

import type { Observe } from '../observation.ts';
import type { ContentFeed } from '../ports.ts';
import { createAnswers } from './ask-until-answered.ts';

export type OwnMarker = {
  onMarker(id: string): void;
  /** Resolves with `false` once `signal` aborts: the marker would tell nothing any more. */
  comesBack(signal: AbortSignal): Promise<boolean>;
};

export function createOwnMarker(parts: {
  feed: Pick<ContentFeed, 'sendMarker'>;
  observe: Observe;
  newId: () => string;
  /** How long it is waited for. Queues drop their eldest message when full: it may be lost. */
  markerTimeoutMs: number;
}): OwnMarker {
  const markers = createAnswers<string>(parts.observe);
  return {
    onMarker: markers.offer,
    async comesBack(signal) {
      // Names of this call alone: a marker from before would say nothing of what was queued since.
      const sent = new Set<string>();
      const marker = await markers.ask({
        name: 'send_marker',
        send: () => {
          const id = parts.newId();
          sent.add(id);
          return parts.feed.sendMarker(id);
        },
        fits: (id) => sent.has(id),
        timeoutMs: parts.markerTimeoutMs,
        signal,
      });
      return marker !== null;
    },
  };
}
