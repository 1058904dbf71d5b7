// A feed whose other end is in the test's hands, and a replica that follows it.

import { expect } from 'vitest';
import type { UserDocument } from '../../../src/domain/document.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import type { FeedHandlers, RegionStore } from '../../../src/domain/ports.ts';
import { followContent } from '../../../src/domain/replica/follow-content.ts';
import { createPositionContent } from '../../../src/domain/replica/position-content.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { noPositions } from './no-positions.ts';

export type PageAsked = { after: string | null; snapshotId: string };

/** What a bound and a longer wait than any test is worth. */
const foreverMs = 600_000;

export async function followScripted(
  given: { store?: RegionStore; pageTimeoutMs?: number; markerTimeoutMs?: number } = {},
) {
  const store = given.store ?? memoryRegionStore();
  const asked: PageAsked[] = [];
  const markers: string[] = [];
  const observed: Observation[] = [];
  let handlers: FeedHandlers | undefined;
  let ids = 0;
  /** Set it to make the next questions fail. */
  const failure: { error: Error | null } = { error: null };

  const follower = await followContent({
    feed: {
      async follow(given) {
        handlers = given;
        return { stop: async () => {} };
      },
      async requestPage(after, snapshotId) {
        asked.push({ after, snapshotId });
        if (failure.error !== null) throw failure.error;
      },
      requestContent: async () => {},
      sendReport: async () => {},
      async sendMarker(id) {
        markers.push(id);
        if (failure.error !== null) throw failure.error;
      },
    },
    ...{ store, nowMs: () => 0, newId: () => `id-${++ids}`, retryMs: 1 },
    observe: (observation) => observed.push(observation),
    position: createPositionContent({
      ...{ store, tickets: { settle: () => {} }, positions: noPositions, nowMs: () => 0 },
      receipts: { note: () => {} },
      observe: () => {},
    }),
    pageTimeoutMs: given.pageTimeoutMs ?? foreverMs,
    markerTimeoutMs: given.markerTimeoutMs ?? foreverMs,
  });

  return {
    ...{ store, asked, markers, observed, failure, follower },
    from: handlers as FeedHandlers,
    /** Answers the page that was asked for last, once `count` pages have been asked for. */
    async answer(count: number, documents: readonly UserDocument[], next: string | null) {
      await expect.poll(() => asked.length).toBeGreaterThanOrEqual(count);
      const { snapshotId } = asked.at(-1) as PageAsked;
      await (handlers as FeedHandlers).onPage({ snapshotId, documents, generic: [], next });
    },
    async returnMarker(count: number) {
      await expect.poll(() => markers.length).toBeGreaterThanOrEqual(count);
      (handlers as FeedHandlers).onMarker(markers.at(-1) as string);
    },
    snapshots: () => observed.filter(({ kind }) => kind === 'snapshot_begun'),
  };
}
