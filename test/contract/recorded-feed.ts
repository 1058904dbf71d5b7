// Follows a feed and keeps what it was handed.

import { expect } from 'vitest';
import type { ContentBundle, SnapshotPage } from '../../src/domain/document.ts';
import type { ContentFeed, FeedHandlers, Running } from '../../src/domain/ports.ts';

export type RecordedFeed = Running & {
  bundles: ContentBundle[];
  pages: SnapshotPage[];
  markers: string[];
  bindings: boolean[];
  overflows(): number;
  /** Users of the documents that were received, in the order of arrival. */
  users(): string[];
};

/** Resolves once the queues are bound. `handlers` run after their call was recorded. */
export async function recordFeed(
  feed: ContentFeed,
  handlers: Partial<FeedHandlers> = {},
): Promise<RecordedFeed> {
  const bundles: ContentBundle[] = [];
  const pages: SnapshotPage[] = [];
  const markers: string[] = [];
  const bindings: boolean[] = [];
  let overflows = 0;
  const running = await feed.follow({
    async onBundle(bundle) {
      bundles.push(bundle);
      await handlers.onBundle?.(bundle);
    },
    async onPage(page) {
      pages.push(page);
      await handlers.onPage?.(page);
    },
    onMarker(id) {
      markers.push(id);
      handlers.onMarker?.(id);
    },
    onBound: ({ wereKept }) => void bindings.push(wereKept),
    onOverflow() {
      overflows += 1;
    },
  });
  await expect.poll(() => bindings.length).toBeGreaterThan(0);
  return {
    ...{ bundles, pages, markers, bindings },
    overflows: () => overflows,
    users: () => bundles.flatMap((bundle) => bundle.documents.map(({ user }) => user)),
    stop: running.stop,
  };
}
