// What every content store must do with content that counts only in place of what it was made from.

import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { FinishedUnit, UnitResult } from '../../src/domain/worker/finished-unit.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

/** Of the event `id`, made from `basis`: what the slot held, and `null` for nothing. */
function exact(
  id: string,
  stamp: number,
  basis: string | null,
  result: UnitResult = content(`${basis ?? ''}${id}`),
): FinishedUnit {
  const basisJson = basis === null ? null : JSON.stringify(basis);
  return { ...finished(anEvent({ id, stamp }), result), basisJson };
}

async function heldIn(store: ContentStore) {
  const [document] = await store.readDocuments(['alice']);
  const { stamp, event, contentJson } = document?.slots[0] ?? {};
  return { stamp, id: event?.id, content: JSON.parse(contentJson ?? 'null') };
}

const outdated = { code: 'rejected', reason: 'outdated' };

export function contentStoreExactContract(name: string, open: () => Promise<ContentStore>): void {
  describe(`content made from exactly what its slot holds, on ${name}`, () => {
    it('is stored there, and refused where the slot holds something else by now', async () => {
      const store = await open();
      await store.commit([exact('a', 1, null)]);
      expect((await store.commit([exact('b', 2, 'a')])).outcomes).toEqual(['stored']);
      for (const basis of [null, 'a']) {
        await expect(store.commit([exact('c', 3, basis)])).rejects.toMatchObject(outdated);
      }
      expect(await heldIn(store)).toEqual({ stamp: 2, id: 'b', content: 'ab' });
      expect((await store.commit([exact('c', 3, 'ab')])).outcomes).toEqual(['stored']);
    });

    it('of an event that comes late is stored as that of the newest', async () => {
      const store = await open();
      const [before] = (await store.commit([exact('b', 2, null)])).documents;
      const { outcomes, documents } = await store.commit([exact('a', 1, 'b')]);
      expect(outcomes).toEqual(['stored']);
      expect(documents[0]?.version).toBeGreaterThan(before?.version ?? 0);
      expect(await heldIn(store)).toEqual({ stamp: 2, id: 'b', content: 'ba' });
      const older = finished(anEvent({ id: 'older', stamp: 1 }), content('older'));
      expect((await store.commit([older])).outcomes).toEqual(['superseded']);
    });

    it('is stored once, and a duplicate whatever it was made from', async () => {
      const store = await open();
      await store.commit([exact('a', 1, null)]);
      expect((await store.commit([exact('a', 1, null)])).outcomes).toEqual(['duplicate']);
      expect(await heldIn(store)).toMatchObject({ content: 'a' });
    });

    it('changes nothing only where nothing has changed', async () => {
      const store = await open();
      await store.commit([exact('a', 1, null)]);
      const none = { kind: 'nothing' } as const;
      await expect(store.commit([exact('b', 2, null, none)])).rejects.toMatchObject(outdated);
      expect((await store.commit([exact('b', 2, 'a', none)])).outcomes).toEqual(['unchanged']);
    });

    it('shares no batch with other content of its slot', async () => {
      const store = await open();
      const other = finished(anEvent({ id: 'z', stamp: 9 }), content('z'), {
        name: 'other',
        slot: 'offers',
      });
      for (const beside of [exact('b', 2, null), other]) {
        await expect(store.commit([exact('a', 1, null), beside])).rejects.toMatchObject(outdated);
      }
      expect(await store.readDocuments(['alice'])).toEqual([]);
    });

    it('costs no other user and slot its own', async () => {
      const store = await open();
      const bobs = finished(anEvent({ id: 'b', user: 'bob' }), content('bob'));
      const books = finished(anEvent({ id: 'c', stamp: 1 }), content('books'), { slot: 'books' });
      const { outcomes, documents } = await store.commit([exact('a', 1, null), bobs, books]);
      expect(outcomes).toEqual(['stored', 'stored', 'stored']);
      expect(documents.map(({ slots }) => slots.map(({ contentJson }) => contentJson))).toEqual([
        ['"books"', '"a"'],
        ['"bob"'],
      ]);
    });
  });
}
