// A full copy of Postgres's documents, page by page, under the guard of the store.
//
// The replica has bound its queues before it asks: what is stored later arrives there, what was
// stored earlier is in a page, and of what is in both the higher version stays.

import type { SnapshotPage } from '../document.ts';
import type { Observe } from '../observation.ts';
import { compareText } from '../order.ts';
import type { Clock, ContentFeed, RegionStore } from '../ports.ts';
import { type Answers, createAnswers } from './ask-until-answered.ts';
import type { PositionContent } from './position-content.ts';

export type SnapshotParts = {
  feed: Pick<ContentFeed, 'requestPage'>;
  store: Pick<RegionStore, 'setComplete'>;
  position: PositionContent;
  observe: Observe;
  nowMs: Clock;
  newId: () => string;
  /** How long a page is waited for before it is asked for again. */
  pageTimeoutMs: number;
};

export type Snapshots = {
  /** Hands in a page. One of another snapshot, or that came twice, is dropped. */
  onPage(page: SnapshotPage): void;
  /**
   * Resolves once the last page is applied, with `false` when `signal` aborts first. Until somebody
   * says otherwise the store is not complete from here on. Rejects when it cannot be written.
   */
  copy(why: string, signal: AbortSignal): Promise<boolean>;
};

export function createSnapshots(parts: SnapshotParts): Snapshots {
  const { store, observe, nowMs, newId } = parts;
  const pages = createAnswers<SnapshotPage>(observe);
  return {
    onPage: pages.offer,
    async copy(why, signal) {
      // First, so that a replica killed from here on knows what it lacks when it starts again.
      await store.setComplete(false);
      const snapshotId = newId();
      const begunAtMs = nowMs();
      observe({ kind: 'snapshot_begun', snapshotId, why });
      const documents = await copyPages(parts, pages, snapshotId, signal);
      if (documents === null) return false;
      const tookMs = nowMs() - begunAtMs;
      observe({ kind: 'snapshot_applied', snapshotId, documents, tookMs });
      return true;
    },
  };
}

/** Resolves with the number of documents read, or with `null` when `signal` aborts. */
async function copyPages(
  { feed, position, pageTimeoutMs }: SnapshotParts,
  pages: Answers<SnapshotPage>,
  snapshotId: string,
  signal: AbortSignal,
): Promise<number | null> {
  let after: string | null = null;
  let documents = 0;
  do {
    const from: string | null = after;
    const page: SnapshotPage | null = await pages.ask({
      name: 'request_page',
      send: () => feed.requestPage(from, snapshotId),
      fits: (offered) => offered.snapshotId === snapshotId && leadsBeyond(from, offered),
      timeoutMs: pageTimeoutMs,
      signal,
    });
    if (page === null) return null;
    const { documents: found, generic } = page;
    await position({ lane: 'bulk', documents: found, generic, resolved: [] });
    documents += found.length;
    after = page.next;
  } while (after !== null);
  return documents;
}

/** A page that was asked for twice comes twice; the second one would lead back. */
function leadsBeyond(after: string | null, { next }: SnapshotPage): boolean {
  return next === null || after === null || compareText(next, after) > 0;
}
