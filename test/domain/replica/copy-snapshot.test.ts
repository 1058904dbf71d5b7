// How a replica takes a full copy of Postgres's documents, whatever becomes of the pages.

import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/errors.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument } from '../../fixtures/content.ts';
import { followScripted } from './scripted-feed.ts';

const lost = { wereKept: false };

describe('a snapshot', () => {
  it('is taken again, once, when gaps opened during the first one', async () => {
    const replica = await followScripted();
    const { asked, store, follower, from } = replica;
    from.onBound(lost);
    await expect.poll(() => asked.length).toBe(1);
    from.onOverflow();
    from.onBound(lost);
    from.onOverflow();
    expect(replica.snapshots()).toHaveLength(1);
    await replica.answer(1, [], null);
    await expect.poll(() => replica.snapshots()).toHaveLength(2);
    expect(store.isComplete()).toBe(false);
    expect(replica.markers).toEqual([]);
    await replica.answer(2, [], null);
    await replica.returnMarker(1);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    expect(replica.snapshots()).toHaveLength(2);
    await follower.stop();
  });

  it('takes no page of an older one', async () => {
    const replica = await followScripted();
    const { asked, store, follower, from } = replica;
    from.onBound(lost);
    await expect.poll(() => asked.length).toBe(1);
    await from.onPage({ snapshotId: 'older', documents: [], generic: [], next: null });
    await new Promise(setImmediate);
    expect(store.isComplete()).toBe(false);
    await replica.answer(1, [], null);
    await expect.poll(() => store.isComplete()).toBe(true);
    await follower.stop();
  });

  it('asks again for a page that does not come, and does not mind when both come', async () => {
    const replica = await followScripted({ pageTimeoutMs: 5 });
    const { asked, store, follower, from } = replica;
    from.onBound(lost);
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(3);
    const snapshotId = asked[0]?.snapshotId as string;
    const first = { snapshotId, documents: [aDocument('alice')], generic: [], next: 'alice' };
    await from.onPage(first);
    await expect.poll(() => asked.at(-1)?.after).toBe('alice');
    await from.onPage({ snapshotId, documents: [aDocument('bob')], generic: [], next: 'bob' });
    await expect.poll(() => asked.at(-1)?.after).toBe('bob');
    await from.onPage(first);
    await new Promise(setImmediate);
    expect(asked.at(-1)?.after).toBe('bob');
    await from.onPage({ snapshotId, documents: [], generic: [], next: null });
    await expect.poll(() => store.isComplete()).toBe(true);
    await follower.stop();
  });

  it('outwaits a broker that takes no questions', async () => {
    const replica = await followScripted({ pageTimeoutMs: 5, markerTimeoutMs: 5 });
    const { failure, follower, from } = replica;
    failure.error = new Failure('unavailable', 'No broker.');
    from.onBound(lost);
    await expect.poll(() => replica.asked.length).toBeGreaterThanOrEqual(3);
    failure.error = null;
    await replica.answer(4, [], null);
    await replica.returnMarker(1);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    await follower.stop();
  });

  it('is taken anew when the store could not keep it', async () => {
    const store = memoryRegionStore();
    let failures = 2;
    const put: typeof store.put = async (documents) => {
      failures -= 1;
      if (failures >= 0) throw new Failure('unavailable', 'The disk is full.');
      return store.put(documents);
    };
    const replica = await followScripted({ store: { ...store, put } });
    replica.from.onBound(lost);
    for (const count of [1, 2, 3]) await replica.answer(count, [aDocument('alice')], null);
    await expect.poll(() => store.isComplete()).toBe(true);
    expect(store.get('alice')).not.toBeNull();
    await replica.follower.stop();
  });
});
