// Keeps a replica equal to Postgres: follows what is fanned out, and closes every gap it knows of.
//
//   bound ─▶ gap? ── yes ─▶ snapshot ─▶ another gap meanwhile? ── yes ─▶ snapshot …
//             └───── no ──────────────────────────── no ─┴─▶ own marker sent ─▶ back: caught up
//
// Reads are answered all the while from what is there.

import { pause } from '../backoff.ts';
import { describeError } from '../errors.ts';
import type { ContentFeed, RegionStore, Running } from '../ports.ts';
import { createSnapshots, type SnapshotParts } from './copy-snapshot.ts';
import { createOwnMarker } from './own-marker.ts';

export type FollowParts = SnapshotParts & {
  feed: ContentFeed;
  store: Pick<RegionStore, 'isComplete' | 'setComplete'>;
  /** How long the own marker is waited for before another one is sent. */
  markerTimeoutMs: number;
  /** Pause after the store could not be written. */
  retryMs: number;
};

export type FollowedContent = Running & {
  /** Whether it has been caught up since it started. Stays true: later gaps stop no reads. */
  isReady(): boolean;
  /** Whether it has everything, as far as it knows: no gap, and nothing queued from before. */
  isCaughtUp(): boolean;
};

export async function followContent(parts: FollowParts): Promise<FollowedContent> {
  const { feed, store, position, observe, nowMs, retryMs } = parts;
  const begunAtMs = nowMs();
  const stopping = new AbortController();
  const snapshots = createSnapshots(parts);
  const marker = createOwnMarker(parts);

  /** Why something may be missing here; `null` when nothing is but what is still queued. */
  let gap: string | null = store.isComplete() ? null : 'incomplete';
  /** Aborted when the way from the workers is disturbed: a marker sent before proves nothing. */
  let undisturbed = new AbortController();
  let isCatchingUp = false;
  let isCaughtUp = false;
  let isReady = false;
  let ended: Promise<void> = Promise.resolve();

  function disturb(why: string | null): void {
    gap ??= why;
    isCaughtUp = false;
    undisturbed.abort();
    undisturbed = new AbortController();
    if (isCatchingUp || stopping.signal.aborted) return;
    isCatchingUp = true;
    ended = catchUp();
  }

  async function catchUp(): Promise<void> {
    while (!isCaughtUp && !stopping.signal.aborted) {
      try {
        if (gap !== null) await closeGap(gap);
        else await awaitMarker(undisturbed.signal);
      } catch (error) {
        observe({ kind: 'task_failed', task: 'catch_up', error: describeError(error) });
        await pause(retryMs, stopping.signal);
      }
    }
    isCatchingUp = false;
  }

  async function closeGap(why: string): Promise<void> {
    // From here on a disturbance is another gap: this snapshot may have read past it already.
    gap = null;
    try {
      const isApplied = await snapshots.copy(why, stopping.signal);
      if (isApplied && gap === null) await store.setComplete(true);
    } catch (error) {
      gap ??= why;
      throw error;
    }
  }

  async function awaitMarker(signal: AbortSignal): Promise<void> {
    const isBack = await marker.comesBack(AbortSignal.any([signal, stopping.signal]));
    if (!isBack || signal.aborted) return;
    isCaughtUp = true;
    if (!isReady) observe({ kind: 'replica_ready', tookMs: nowMs() - begunAtMs });
    isReady = true;
  }

  const following = await feed.follow({
    onBundle: position,
    onPage: async (page) => snapshots.onPage(page),
    onMarker: marker.onMarker,
    onBound: ({ wereKept }) => disturb(wereKept ? null : 'queues_lost'),
    onOverflow: () => disturb('overflow'),
  });

  return {
    isReady: () => isReady,
    isCaughtUp: () => isCaughtUp,
    async stop() {
      stopping.abort();
      await following.stop();
      await ended;
    },
  };
}
