// What every region store must do, sentence by sentence of its port.

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserDocument } from '../../src/domain/document.ts';
import type { RegionStore } from '../../src/domain/ports.ts';
import { aDocument, aGeneric, aSlot } from '../fixtures/content.ts';

/** `open` gives an empty store each time it is called. */
export function regionStoreContract(name: string, open: () => Promise<RegionStore>): void {
  describe(`${name} keeps a region's content`, () => {
    let store: RegionStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('gives back what was put, to the byte', async () => {
      const contentJson =
        '{ "price": 1.10, "name": "é \\ud800 \\u2028", "n": 12345678901234567890 }';
      const document = aDocument('alice', { slots: [aSlot({ contentJson })] });
      expect(await store.put([document])).toEqual(['alice']);
      expect(store.get('alice')).toEqual(document);
    });

    it('knows nobody it was not told about', async () => {
      await store.put([aDocument('alice')]);
      expect(store.get('alic')).toBeNull();
      expect(store.get('alice2')).toBeNull();
    });

    it('keeps users of the longest and strangest names apart', async () => {
      const users = ['a'.repeat(128), `${'a'.repeat(127)}b`, '__proto__', 'a@b', 'A@B', '+-~:_@'];
      await store.put(users.map((user, index) => aDocument(user, { version: index + 1 })));
      expect(users.map((user) => store.get(user)?.version)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it.each([
      ['the newer one first', [42, 41]],
      ['the newer one last', [41, 42]],
    ])('keeps the newer of two versions that arrive together, %s', async (_order, versions) => {
      const documents = versions.map((version) => aDocument('alice', { version }));
      await Promise.all(documents.map((document) => store.put([document])));
      expect(store.get('alice')?.version).toBe(42);
    });

    it('keeps the newer of two versions within one list', async () => {
      const documents = [42, 41].map((version) => aDocument('alice', { version }));
      expect(await store.put(documents)).toEqual(['alice']);
      expect(store.get('alice')?.version).toBe(42);
    });

    it('does not take an equal version for a change', async () => {
      await store.put([aDocument('alice', { version: 7, storedAtMs: 1 })]);
      expect(await store.put([aDocument('alice', { version: 7, storedAtMs: 2 })])).toEqual([]);
      expect(store.get('alice')?.storedAtMs).toBe(1);
    });

    it('says which users changed and which did not', async () => {
      await store.put([aDocument('alice', { version: 5 })]);
      const changed = await store.put([
        aDocument('alice', { version: 4 }),
        aDocument('bob', { version: 1 }),
      ]);
      expect(changed).toEqual(['bob']);
    });

    it('tells each caller its own changes when several arrive together', async () => {
      const changed = await Promise.all([
        store.put([aDocument('alice')]),
        store.putGeneric([aGeneric({ slot: 'offers' })]),
        store.put([aDocument('alice'), aDocument('bob')]),
        store.putGeneric([aGeneric({ slot: 'offers' }), aGeneric({ slot: 'books' })]),
      ]);
      expect(changed).toEqual([['alice'], ['offers'], ['bob'], ['books']]);
    });

    it('can be read as soon as a put has resolved', async () => {
      for (let version = 1; version <= 20; version += 1) {
        await store.put([aDocument('alice', { version })]);
        expect(store.get('alice')?.version).toBe(version);
      }
    });

    it('keeps the newer generic content of each slot', async () => {
      await store.putGeneric([aGeneric({ slot: 'offers', version: 2 })]);
      const changed = await store.putGeneric([
        aGeneric({ slot: 'offers', version: 1 }),
        aGeneric({ slot: 'books', version: 1 }),
      ]);
      expect(changed).toEqual(['books']);
      expect(versionsOf(store.generic())).toEqual({ offers: 2, books: 1 });
    });

    it('does not mix slots with users of the same name', async () => {
      await store.put([aDocument('offers', { version: 9 })]);
      expect(await store.putGeneric([aGeneric({ slot: 'offers', version: 1 })])).toEqual([
        'offers',
      ]);
      expect(store.get('offers')?.version).toBe(9);
    });

    it('is not complete until told so, and can be told otherwise', async () => {
      expect(store.isComplete()).toBe(false);
      await store.setComplete(true);
      expect(store.isComplete()).toBe(true);
      await store.setComplete(false);
      expect(store.isComplete()).toBe(false);
    });

    it('accepts nothing at all', async () => {
      expect(await store.put([])).toEqual([]);
      expect(await store.putGeneric([])).toEqual([]);
    });
  });

  describe(`${name}, whatever arrives in whatever order`, () => {
    it('ends with the highest version of everyone', async () => {
      const versions = fc.record({
        user: fc.constantFrom('alice', 'bob', 'carol'),
        version: fc.integer({ min: 0, max: 20 }),
      });
      const lists = fc.array(fc.array(versions, { maxLength: 5 }), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(lists, fc.boolean(), async (arriving, isSideBySide) => {
          const store = await open();
          const documents = arriving.map((list) => list.map(aDocumentOf));
          if (isSideBySide) await Promise.all(documents.map((list) => store.put(list)));
          else for (const list of documents) await store.put(list);
          const highest = highestVersions(arriving.flat());
          for (const user of ['alice', 'bob', 'carol']) {
            const expected = highest.get(user);
            expect(store.get(user)).toEqual(
              expected === undefined ? null : aDocumentOf({ user, version: expected }),
            );
          }
          await store.close();
        }),
        { numRuns: 40 },
      );
    });
  });
}

type Arrival = { user: string; version: number };

/** Content follows from the version, so that a mix of two versions would be seen. */
function aDocumentOf({ user, version }: Arrival): UserDocument {
  return aDocument(user, { version, slots: [aSlot({ contentJson: `{"v":${version}}` })] });
}

function highestVersions(arrivals: readonly Arrival[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const { user, version } of arrivals) {
    highest.set(user, Math.max(version, highest.get(user) ?? 0));
  }
  return highest;
}

function versionsOf(generic: ReturnType<RegionStore['generic']>): { [slot: string]: number } {
  return Object.fromEntries(generic.map(({ slot, version }) => [slot, version]));
}
