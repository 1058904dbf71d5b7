// How a replica finds out that it lacks something, and when it believes that it lacks nothing.

import { describe, expect, it } from 'vitest';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument, aGeneric } from '../../fixtures/content.ts';
import { followScripted } from './scripted-feed.ts';

const kept = { wereKept: true };
const lost = { wereKept: false };

async function completeStore() {
  const store = memoryRegionStore();
  await store.setComplete(true);
  return store;
}

describe('a replica with an empty store', () => {
  it('asks for nothing before its queues are bound', async () => {
    const { asked, markers, follower } = await followScripted();
    await new Promise(setImmediate);
    expect([asked, markers]).toEqual([[], []]);
    expect(follower.isReady()).toBe(false);
    await follower.stop();
  });

  it('is ready when all pages are applied and its marker is back, and not before', async () => {
    const replica = await followScripted();
    const { asked, store, follower, from } = replica;
    from.onBound(kept);
    await replica.answer(1, [aDocument('alice')], 'alice');
    await replica.answer(2, [aDocument('bob')], null);
    expect(asked.map(({ after }) => after)).toEqual([null, 'alice']);
    expect(new Set(asked.map(({ snapshotId }) => snapshotId)).size).toBe(1);

    await expect.poll(() => replica.markers.length).toBe(1);
    expect(store.get('alice')).not.toBeNull();
    expect(store.get('bob')).not.toBeNull();
    expect(store.isComplete()).toBe(true);
    expect([follower.isReady(), follower.isCaughtUp()]).toEqual([false, false]);

    await replica.returnMarker(1);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    expect(follower.isReady()).toBe(true);
    await follower.stop();
  });

  it('takes generic content from a page, and bundles while the pages come', async () => {
    const replica = await followScripted();
    const { asked, store, follower, from } = replica;
    from.onBound(lost);
    await expect.poll(() => asked.length).toBe(1);
    await from.onBundle({
      ...{ lane: 'bulk', generic: [], resolved: [] },
      documents: [aDocument('alice', { version: 42 })],
    });
    const snapshotId = asked[0]?.snapshotId as string;
    const documents = [aDocument('alice', { version: 41 })];
    await from.onPage({ snapshotId, documents, generic: [aGeneric()], next: null });
    await expect.poll(() => store.isComplete()).toBe(true);
    expect(store.get('alice')?.version).toBe(42);
    expect(store.generic()).toEqual([aGeneric()]);
    await follower.stop();
  });
});

describe('a replica whose store was complete', () => {
  it('needs no snapshot when its queues were kept', async () => {
    const replica = await followScripted({ store: await completeStore() });
    replica.from.onBound(kept);
    await replica.returnMarker(1);
    await expect.poll(() => replica.follower.isReady()).toBe(true);
    expect(replica.asked).toEqual([]);
    await replica.follower.stop();
  });

  it.each(['queues_lost', 'overflow'])('takes a snapshot after %s', async (why) => {
    const replica = await followScripted({ store: await completeStore() });
    const { store, follower, from } = replica;
    from.onBound(why === 'overflow' ? kept : lost);
    if (why === 'overflow') from.onOverflow();
    await expect.poll(() => replica.snapshots()).toMatchObject([{ why }]);
    // Whoever is killed now must know of the gap when it starts again.
    expect(store.isComplete()).toBe(false);
    await replica.answer(1, [], null);
    await replica.returnMarker(why === 'overflow' ? 2 : 1);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    expect(store.isComplete()).toBe(true);
    await follower.stop();
  });

  it('stays ready, but not caught up, while it closes a later gap', async () => {
    const replica = await followScripted({ store: await completeStore() });
    const { follower, from } = replica;
    from.onBound(kept);
    await replica.returnMarker(1);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    from.onOverflow();
    expect([follower.isReady(), follower.isCaughtUp()]).toEqual([true, false]);
    await replica.answer(1, [], null);
    await replica.returnMarker(2);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    expect(replica.observed.filter(({ kind }) => kind === 'replica_ready')).toHaveLength(1);
    await follower.stop();
  });
});

describe('the own marker', () => {
  it('is sent again when it does not come back, and any of them will do', async () => {
    const store = await completeStore();
    const { markers, follower, from } = await followScripted({ store, markerTimeoutMs: 5 });
    from.onBound(kept);
    await expect.poll(() => markers.length).toBeGreaterThanOrEqual(3);
    expect(new Set(markers).size).toBe(markers.length);
    from.onMarker(markers[0] as string);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    await follower.stop();
  });

  it('proves nothing when it was sent before the queues were bound again', async () => {
    const replica = await followScripted({ store: await completeStore() });
    const { markers, follower, from } = replica;
    from.onBound(kept);
    await expect.poll(() => markers.length).toBe(1);
    from.onBound(kept);
    await expect.poll(() => markers.length).toBe(2);
    from.onMarker(markers[0] as string);
    await new Promise(setImmediate);
    expect(follower.isCaughtUp()).toBe(false);
    await replica.returnMarker(2);
    await expect.poll(() => follower.isCaughtUp()).toBe(true);
    await follower.stop();
  });

  it('is not believed when a gap opens in the moment in which it comes back', async () => {
    const replica = await followScripted({ store: await completeStore() });
    const { markers, follower, from } = replica;
    from.onBound(kept);
    await expect.poll(() => markers.length).toBe(1);
    from.onMarker(markers[0] as string);
    from.onOverflow();
    await expect.poll(() => replica.snapshots()).toMatchObject([{ why: 'overflow' }]);
    expect(follower.isCaughtUp()).toBe(false);
    await follower.stop();
  });
});

describe('a replica that stops', () => {
  it.each(['a page', 'its marker'])('does not wait for %s any longer', async (what) => {
    const store = what === 'a page' ? memoryRegionStore() : await completeStore();
    const { asked, markers, follower, from } = await followScripted({ store });
    from.onBound(kept);
    await expect.poll(() => asked.length + markers.length).toBe(1);
    await follower.stop();
    from.onOverflow();
    await follower.stop();
    expect(asked.length + markers.length).toBe(1);
    expect(follower.isReady()).toBe(false);
  });
});
