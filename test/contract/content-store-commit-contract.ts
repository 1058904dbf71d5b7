// What every content store must do when it commits, sentence by sentence of its port.

import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { FinishedUnit } from '../../src/domain/worker/finished-unit.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

/** `open` gives an empty store for each test. */
export function contentStoreCommitContract(name: string, open: () => Promise<ContentStore>): void {
  const offersOf = async (store: ContentStore, user = 'alice') => {
    const [document] = await store.readDocuments([user]);
    const offers = document?.slots.find((slot) => slot.slot === 'offers');
    return offers === undefined ? undefined : JSON.parse(offers.contentJson);
  };

  describe(`commit on ${name}`, () => {
    it('stores content and gives back the whole document', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1', stamp: 5 });
      const committed = await store.commit([finished(event, content({ n: 1 }))]);
      expect(committed.outcomes).toEqual(['stored']);
      expect(committed.resolved).toEqual([{ ticket: event.ticket, outcome: 'stored' }]);
      expect(committed.documents).toMatchObject([
        {
          user: 'alice',
          slots: [
            {
              slot: 'offers',
              stamp: 5,
              event: { source: '/test', id: 'e1', type: 'user.login' },
              generatedAtMs: 1_795_000_000_001,
              expiresAtMs: null,
              contentJson: '{"n":1}',
            },
          ],
        },
      ]);
      expect(await store.readDocuments(['alice', 'bob'])).toEqual(committed.documents);
    });

    it('keeps the generator’s JSON text byte for byte', async () => {
      const store = await open();
      const value = { b: 1, a: ['ä', '\u2028', '"', '\\'], '2': 0.1, '1': 1e21 };
      await store.commit([finished(anEvent({ id: 'e1' }), content(value))]);
      const [document] = await store.readDocuments(['alice']);
      expect(document?.slots[0]?.contentJson).toBe(JSON.stringify(value));
    });

    it.each([
      ['the stamp', { stamp: 1, id: 'z' }, { stamp: 2, id: 'a' }],
      ['the source when stamps are equal', { source: '/a', id: 'z' }, { source: '/b', id: 'a' }],
      ['the id when sources are equal', { id: 'a' }, { id: 'b' }],
      ['UTF-8 bytes, not UTF-16 units', { id: '\uffee' }, { id: '\u{1f600}' }],
    ])('lets the newer event win by %s, whichever comes first', async (_by, older, newer) => {
      const expected = {
        'older first': ['stored', 'stored'],
        'newer first': ['stored', 'superseded'],
        'in one batch': ['superseded', 'stored'],
      };
      for (const [order, outcomes] of Object.entries(expected)) {
        const store = await open();
        const units = [
          finished(anEvent(older), content('older')),
          finished(anEvent(newer), content('newer')),
        ];
        if (order === 'newer first') units.reverse();
        const batches = order === 'in one batch' ? [units] : units.map((unit) => [unit]);
        const seen: string[] = [];
        for (const batch of batches) seen.push(...(await store.commit(batch)).outcomes);
        expect(await offersOf(store), order).toBe('newer');
        expect(seen, order).toEqual(outcomes);
      }
    });

    it('raises the version with every change and only then', async () => {
      const store = await open();
      const versions: number[] = [];
      for (const stamp of [2, 3, 4]) {
        const event = anEvent({ id: `e${stamp}`, stamp });
        const { documents } = await store.commit([finished(event, content(stamp))]);
        versions.push(documents[0]?.version ?? 0);
      }
      expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
      const old = await store.commit([finished(anEvent({ id: 'e1', stamp: 1 }), content(1))]);
      const none = await store.commit([
        finished(anEvent({ id: 'e5', stamp: 5 }), { kind: 'nothing' }),
      ]);
      expect([old.documents, none.documents]).toEqual([[], []]);
      expect([...old.outcomes, ...none.outcomes]).toEqual(['superseded', 'unchanged']);
      expect((await store.readDocuments(['alice']))[0]?.version).toBe(versions[2]);
    });

    it('changes nothing when a unit has an outcome already, and gives the document again', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const first = await store.commit([finished(event, content('first'))]);
      const again = await store.commit([finished(event, content('second'))]);
      expect(again.outcomes).toEqual(['duplicate']);
      expect(again.documents).toEqual(first.documents);
      expect(again.resolved).toEqual([{ ticket: event.ticket, outcome: 'duplicate' }]);
      expect(await offersOf(store)).toBe('first');
    });

    it('takes the same unit twice in one batch once', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const batch = [finished(event, content('first')), finished(event, content('second'))];
      expect((await store.commit(batch)).outcomes).toEqual(['stored', 'duplicate']);
      expect(await offersOf(store)).toBe('first');
    });

    it('commits the units of one event each on its own and resolves it with the last', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const unitNames = ['books', 'mail', 'offers'];
      const unit = (slot: string | null, result: Parameters<typeof finished>[1]) =>
        store.commit([finished(event, result, { slot, unitNames })]);
      expect((await unit('offers', content(1))).resolved).toEqual([]);
      expect((await unit(null, { kind: 'done' })).resolved).toEqual([]);
      const last = await unit('books', { kind: 'nothing' });
      expect(last.resolved).toEqual([{ ticket: event.ticket, outcome: 'stored' }]);
    });

    it('joins all slots of a user, sorted, and leaves other users alone', async () => {
      const store = await open();
      await store.commit([
        finished(anEvent({ id: 'e1' }), content('o'), { slot: 'offers' }),
        finished(anEvent({ id: 'e2' }), content('b'), { slot: 'books' }),
        finished(anEvent({ id: 'e3', user: 'bob' }), content('x')),
      ]);
      const documents = await store.readDocuments(['bob', 'alice']);
      expect(documents.map((d) => [d.user, d.slots.map((s) => s.slot)])).toEqual([
        ['alice', ['books', 'offers']],
        ['bob', ['offers']],
      ]);
    });

    it('refuses what makes a document too large, and keeps nothing of that commit', async () => {
      const store = await open();
      // Nine slots of 29 KB would do.
      const large = content('x'.repeat(29 * 1024));
      const units = Array.from({ length: 9 }, (_, index) =>
        finished(anEvent({ id: `e${index}` }), large, { slot: `slot${index}` }),
      );
      const refusal = { code: 'rejected', reason: 'too_large' };
      await expect(store.commit(units)).rejects.toMatchObject(refusal);
      expect(await store.readDocuments(['alice'])).toEqual([]);
      const [last, ...rest] = units.toReversed() as [FinishedUnit];
      expect((await store.commit(rest)).outcomes).toEqual(rest.map(() => 'stored'));
      await expect(store.commit([last])).rejects.toMatchObject({
        ...refusal,
        message: 'All slots of its user would have 267282 bytes; 262144 are allowed.',
      });
      expect((await store.readDocuments(['alice']))[0]?.slots).toHaveLength(8);
      const small = finished(anEvent({ id: 'e9', stamp: 2000 }), content(1), { slot: 'slot0' });
      expect((await store.commit([small, last])).outcomes).toEqual(['stored', 'stored']);
    });

    it('remembers an event that concerns nobody as ignored', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const nobody = { event, unit: null, result: { kind: 'nothing' }, unitNames: [] } as const;
      expect(await store.commit([nobody])).toMatchObject({
        outcomes: ['ignored'],
        resolved: [{ ticket: event.ticket, outcome: 'ignored' }],
      });
    });

    it('buries an event that reuses a source and id with other data', async () => {
      const store = await open();
      await store.commit([finished(anEvent({ id: 'e1' }), content('first'))]);
      const reuse = anEvent({ id: 'e1', stamp: 2000, data: 'other' });
      const [state] = await store.load([{ event: reuse, slots: [] }]);
      expect(state?.isIdReuse).toBe(true);
      expect((await store.commit([finished(reuse, content('second'))])).outcomes).toEqual(['dead']);
      expect(await offersOf(store)).toBe('first');
      const elsewhere = anEvent({ id: 'e1', user: 'bob', data: 'other' });
      expect((await store.commit([finished(elsewhere, content(1))])).outcomes).toEqual(['stored']);
    });

    it('ends concurrent commits of one user with the newest content of each slot', async () => {
      const store = await open();
      const units = Array.from({ length: 40 }, (_, index) =>
        finished(anEvent({ id: `e${index}`, stamp: index }), content(index), {
          slot: index % 2 === 0 ? 'offers' : 'books',
        }),
      );
      const all = await Promise.all(units.map((unit) => store.commit([unit])));
      const [document] = await store.readDocuments(['alice']);
      expect(document?.slots.map((slot) => slot.contentJson)).toEqual(['39', '38']);
      const versions = all.flatMap((one) => one.documents.map((d) => d.version));
      expect(new Set(versions).size).toBe(versions.length);
      const highest = all
        .flatMap((one) => one.documents)
        .find((d) => d.version === Math.max(...versions));
      expect(highest).toEqual(document);
    });
  });
}
