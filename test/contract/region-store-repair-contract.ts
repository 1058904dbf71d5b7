// What every region store must keep for positions to be repaired: marks, heads, what they show.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RegionStore } from '../../src/domain/ports.ts';
import { aDocument, aSlot } from '../fixtures/content.ts';

/** `open` gives an empty store each time it is called. */
export function regionStoreRepairContract(name: string, open: () => Promise<RegionStore>): void {
  describe(`${name} knows what to repair`, () => {
    let store: RegionStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    /** Marks go with the next write. */
    async function cleared(positioned: { user: string; version: number }[]): Promise<void> {
      await Promise.all([store.clearDirty(positioned), store.setComplete(false)]);
    }

    it('marks whoever changed, once, and nobody else', async () => {
      await store.put([aDocument('alice', { version: 2 })]);
      await cleared([{ user: 'alice', version: 2 }]);
      await store.put([aDocument('alice', { version: 1 }), aDocument('bob', { version: 1 })]);
      await store.put([aDocument('bob', { version: 2 })]);
      expect(store.dirty()).toEqual(['bob']);
    });

    it('takes a mark away when its version or a higher one was positioned', async () => {
      await store.put(['alice', 'bob'].map((user) => aDocument(user, { version: 7 })));
      await cleared([
        { user: 'alice', version: 7 },
        { user: 'bob', version: 8 },
      ]);
      expect(store.dirty()).toEqual([]);
    });

    it('leaves the mark of a version that came since', async () => {
      await store.put([aDocument('alice', { version: 7 })]);
      await store.put([aDocument('alice', { version: 8 })]);
      await cleared([{ user: 'alice', version: 7 }]);
      expect(store.dirty()).toEqual(['alice']);
    });

    it('leaves the mark of a version that is handed in while the older one’s is on its way', async () => {
      await store.put([aDocument('alice', { version: 7 })]);
      const clearing = store.clearDirty([{ user: 'alice', version: 7 }]);
      await Promise.all([store.put([aDocument('alice', { version: 8 })]), clearing]);
      expect(store.dirty()).toEqual(['alice']);
    });

    it('takes away no mark of anybody it was not told of', async () => {
      await store.put([aDocument('alice'), aDocument('bob')]);
      await cleared([
        { user: 'alice', version: 1 },
        { user: 'nobody', version: 1 },
      ]);
      await store.clearDirty([]);
      expect(store.dirty()).toEqual(['bob']);
    });

    it('tells of everyone the version and when slots expire', async () => {
      const slots = [
        aSlot({ slot: 'books', expiresAtMs: 2_000_000_000_001 }),
        aSlot({ slot: 'news', expiresAtMs: null }),
        aSlot({ slot: 'offers', expiresAtMs: 1_900_000_000_001 }),
      ];
      await store.put([aDocument('alice', { version: 1, slots: [] }), aDocument('bob')]);
      await store.put([aDocument('alice', { version: 9, slots })]);
      await store.put([aDocument('alice', { version: 8, slots: [] })]);
      const heads = new Map([...store.heads()].map((head) => [head.user, head]));
      expect([...heads.keys()].sort()).toEqual(['alice', 'bob']);
      expect(heads.get('alice')?.version).toBe(9);
      expect(heads.get('alice')?.expiriesMs.toSorted()).toEqual([
        1_900_000_000_001, 2_000_000_000_001,
      ]);
      expect(heads.get('bob')).toEqual({ user: 'bob', version: 1, expiriesMs: [] });
    });

    it('tells of everyone who was there while others are written', async () => {
      const users = Array.from({ length: 500 }, (_, index) => `user-${index}`);
      await store.put(users.map((user) => aDocument(user)));
      const told: string[] = [];
      for (const { user } of store.heads()) {
        told.push(user);
        if (told.length % 100 === 0) await store.put([aDocument(user, { version: told.length })]);
        if (told.length > 2 * users.length) break;
      }
      expect(new Set(told)).toEqual(new Set(users));
      expect(told.length).toBe(users.length);
    });

    it('remembers what positions were composed with, until that is not known', async () => {
      const known = () => ['slots-1', 'slots-2', '', 'null'].filter(store.isComposedWith);
      expect(known()).toEqual([]);
      await store.setComposedWith('slots-1');
      await store.setComposedWith('slots-2');
      expect(known()).toEqual(['slots-2']);
      await store.setComposedWith(null);
      expect(known()).toEqual([]);
      await store.setComposedWith(null);
      expect(known()).toEqual([]);
    });

    it('remembers below which versions withdrawn content is gone', async () => {
      expect(store.goneBelow()).toEqual({});
      await store.setGoneBelow({ offers: 7 });
      await store.setGoneBelow({ offers: 9, 'books.similar': 2 ** 52 });
      expect(store.goneBelow()).toEqual({ offers: 9, 'books.similar': 2 ** 52 });
    });
  });
}
