// What every content store must do for users who were erased.

import { describe, expect, it } from 'vitest';
import { contentRequested } from '../../src/domain/authors.ts';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { FollowUpStore } from '../../src/domain/worker/follow-up-store.ts';
import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

type Opened = {
  store: ContentStore & FollowUpStore;
  /** Takes all content of alice away, and what comes of her events up to this stamp. */
  erase(stamp: number): Promise<void>;
  /** All that the store keeps, as text. */
  kept(): Promise<string>;
};

const secret = '1 Secret Street';
const past = (id: string) => anEvent({ id, stamp: 5, data: { address: secret } });
const newer = anEvent({ id: 'e9', stamp: 11 });
const failed = { attempts: 1, delayMs: 0, error: `threw: ${secret}` };
const died = { kind: 'dead', reason: 'threw', error: secret, attempts: 4 } as const;

export function contentStoreErasureContract(name: string, open: () => Promise<Opened>): void {
  describe(`erased users on ${name}`, () => {
    it('are told of with the state of their events', async () => {
      const { store, erase } = await open();
      await store.commit([
        finished(anEvent({ id: 'e1', stamp: 1 }), content(1)),
        finished(anEvent({ id: 'e2', stamp: 1, user: 'bob' }), content(2)),
      ]);
      await erase(10);
      const asked = ['alice', 'bob', 'carol', null].map((user) => anEvent({ id: 'e3', user }));
      const states = await store.load(asked.map((event) => ({ event, slots: ['offers'] })));
      expect(states.map(({ erasedStamp }) => erasedStamp)).toEqual([10, 0, 0, 0]);
      expect(states[0]?.previous.size).toBe(0);
    });

    it('get content of later events only', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const late = await store.commit([finished(anEvent({ id: 'e2', stamp: 10 }), content(2))]);
      const later = await store.commit([finished(anEvent({ id: 'e3', stamp: 11 }), content(3))]);
      expect([...late.outcomes, ...later.outcomes]).toEqual(['erased', 'stored']);
    });

    it('get nothing that a cold read asked for', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const { type } = contentRequested;
      const asked = await store.commit([
        finished(anEvent({ id: 'c1', type, stamp: 0 }), content('cold')),
        finished(anEvent({ id: 'c2', type, stamp: 11 }), content('forged')),
      ]);
      expect(asked.outcomes).toEqual(['erased', 'erased']);
      expect((await store.readDocuments(['alice']))[0]?.slots).toEqual([]);
    });

    it('are emptied in replicas, which hold their document of before', async () => {
      const { store, erase } = await open();
      const region = memoryRegionStore();
      await region.put((await store.commit([finished(past('e1'), content(secret))])).documents);
      await erase(10);
      // As it is sent for an event that is delivered again, and in a snapshot.
      const again = await store.commit([finished(past('e1'), content(secret))]);
      const { documents } = await store.readPage(null, 1e6);
      expect(documents).toMatchObject([{ user: 'alice', slots: [] }]);
      expect(await region.put([...again.documents, ...documents])).toEqual(['alice']);
      expect(region.get('alice')?.slots).toEqual([]);
    });

    it('who were never stored have no document', async () => {
      const { store, erase } = await open();
      await erase(10);
      expect(await store.readDocuments(['alice'])).toEqual([]);
    });

    it('leave nothing of their events, whatever became of the units', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const followUps = [anEvent({ id: 'f1', user: 'bob' })];
      const dead = { kind: 'dead', reason: 'threw', error: '', attempts: 4 } as const;
      const results = [
        { kind: 'nothing', followUps },
        { kind: 'superseded' },
        { kind: 'done', followUps },
        dead,
      ] as const;
      const { outcomes } = await store.commit(
        results.map((result, index) =>
          finished(anEvent({ id: `e${index + 2}`, stamp: 5 }), result, { slot: null }),
        ),
      );
      expect(outcomes).toEqual(['erased', 'erased', 'erased', 'erased']);
      expect(await store.claimFollowUps({ max: 9, leaseMs: 0 })).toEqual([]);
    });

    it('leave no letter of an event that is buried as a whole', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const reused = anEvent({ id: 'e1', stamp: 5, digest: 'of other data' });
      const dead = { kind: 'dead', reason: 'id_reuse', error: '', attempts: 0 } as const;
      const { outcomes } = await store.commit([
        finished(reused, content(2)),
        { event: anEvent({ id: 'e2', stamp: 5 }), unit: null, result: dead, unitNames: [] },
      ]);
      expect(outcomes).toEqual(['erased', 'erased']);
    });

    it('get nothing that was made before they were erased, and lose no neighbor’s content', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content('old'))]);
      await erase(10);
      const followUps = [anEvent({ id: 'f1', user: 'bob' })];
      const made = [content('of the old'), { kind: 'nothing', followUps }, died] as const;
      const neighbor = finished(anEvent({ id: 'e3', user: 'bob' }), content('his'));
      for (const result of made) {
        const before = { ...finished(newer, result), erasedStamp: 0 };
        await expect(store.commit([neighbor, before])).rejects.toMatchObject({
          ...{ code: 'rejected', reason: 'erased' },
        });
      }
      expect(await store.claimFollowUps({ max: 9, leaseMs: 0 })).toEqual([]);
      const after = { ...finished(newer, content('new')), erasedStamp: 10 };
      expect((await store.commit([neighbor, after])).outcomes).toEqual(['stored', 'stored']);
    });

    it('have had done what a reaction did', async () => {
      const { store, erase } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const done = finished(newer, { kind: 'done' }, { slot: null });
      expect((await store.commit([{ ...done, erasedStamp: 0 }])).outcomes).toEqual(['done']);
    });

    it('leave nothing in what was parked, dead or reported by then', async () => {
      const { store, erase, kept } = await open();
      const followUps = [past('f1')];
      await store.commit([
        finished(past('e1'), content(secret)),
        finished(past('e2'), died),
        finished(past('e3'), { kind: 'done', followUps }, { slot: null }),
        // Newer than the erasure, but what it died of, it was shown before.
        finished(newer, died),
      ]);
      await store.park({ event: past('e4'), name: 'offers' }, failed);
      await store.park({ event: newer, name: 'books' }, failed);
      expect(await kept()).toContain('Secret');
      await erase(10);
      expect(await kept()).not.toContain('Secret');
      const claimed = await store.claimParked({ max: 9, leaseMs: 0 });
      expect(claimed.map(({ event }) => [event.id, event.data]).toSorted()).toEqual([
        ['e4', null],
        ['e9', newer.data],
      ]);
    });

    it('leave nothing in what is parked after that', async () => {
      const { store, erase, kept } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      await store.park({ event: past('e2'), name: 'offers' }, { ...failed, erasedStamp: 10 });
      await store.park({ event: newer, name: 'offers' }, { ...failed, erasedStamp: 0 });
      expect(await kept()).not.toContain('Secret');
      expect(await store.claimParked({ max: 9, leaseMs: 0 })).toHaveLength(2);
    });

    it('keep the letters of their later events', async () => {
      const { store, erase, kept } = await open();
      await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      await erase(10);
      const dead = { ...died, error: 'It never worked.' };
      const { outcomes } = await store.commit([{ ...finished(newer, dead), erasedStamp: 10 }]);
      expect([outcomes, await kept()]).toEqual([['dead'], expect.stringContaining(dead.error)]);
    });
  });
}
