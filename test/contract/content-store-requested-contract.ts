// What every content store must do with content that cold reads asked for: it takes the place of
// what the read saw, and of nothing else.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentRequested } from '../../src/domain/authors.ts';
import { contentRequestSource } from '../../src/domain/content-request.ts';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { FinishedUnit } from '../../src/domain/worker/finished-unit.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

/** When the content of these units has expired: what a read sees that asks for more. */
const overMs = 1_000_000_000_000;

/** A unit of a login accepted at `stamp`, whose content is its id. */
function login(
  stamp: number,
  id = `login-${stamp}`,
  expiresAtMs: number | null = overMs,
): FinishedUnit {
  return finished(anEvent({ id, stamp }), content(id, expiresAtMs));
}

/** A unit of a cold read that saw content of the stamp `basis`; its content is its id. */
function cold(basis: number, id = `cold-${basis}`): FinishedUnit {
  return finished(coldEvent(basis, id), content(id, overMs));
}

function coldEvent(basis: number, id: string) {
  const { type } = contentRequested;
  return anEvent({ id, type, source: contentRequestSource, stamp: basis });
}

async function heldIn(store: ContentStore): Promise<{ stamp: number; content: unknown } | null> {
  const [document] = await store.readDocuments(['alice']);
  const held = document?.slots.find(({ slot }) => slot === 'offers');
  return held === undefined
    ? null
    : { stamp: held.stamp, content: JSON.parse(held.contentJson) as unknown };
}

async function commitAll(store: ContentStore, batches: readonly (readonly FinishedUnit[])[]) {
  const outcomes: string[] = [];
  for (const batch of batches) outcomes.push(...(await store.commit(batch)).outcomes);
  return outcomes;
}

export function contentStoreRequestedContract(
  name: string,
  open: () => Promise<ContentStore>,
): void {
  describe(`requested content on ${name}`, () => {
    it.each([
      ['the request first', [[cold(0)], [login(7)]], ['stored', 'stored']],
      ['the login first', [[login(7)], [cold(0)]], ['stored', 'superseded']],
      ['both in one batch', [[cold(0), login(7)]], ['superseded', 'stored']],
      ['both in one batch, the other way', [[login(7), cold(0)]], ['stored', 'superseded']],
    ])(
      'ends with the content of a login that was accepted before the read: %s',
      async (_order, batches, outcomes) => {
        const store = await open();
        expect(await commitAll(store, batches)).toEqual(outcomes);
        expect(await heldIn(store)).toEqual({ stamp: 7, content: 'login-7' });
      },
    );

    it('replaces what the read saw and keeps its stamp, so that any later event wins', async () => {
      const store = await open();
      expect(await commitAll(store, [[login(7)], [cold(7)]])).toEqual(['stored', 'stored']);
      expect(await heldIn(store)).toEqual({ stamp: 7, content: 'cold-7' });
      expect(await commitAll(store, [[login(6)], [login(8)]])).toEqual(['superseded', 'stored']);
      expect(await heldIn(store)).toEqual({ stamp: 8, content: 'login-8' });
    });

    it('is superseded when the slot holds something else than the read saw', async () => {
      const store = await open();
      await store.commit([login(7)]);
      const batches = [[cold(0)], [cold(6)], [cold(8)]];
      expect(await commitAll(store, batches)).toEqual(['superseded', 'superseded', 'superseded']);
      expect(await heldIn(store)).toEqual({ stamp: 7, content: 'login-7' });
    });

    it('is superseded while what the read saw is still good, whoever says that it is not', async () => {
      const store = await open();
      const inAMonthMs = Date.now() + 30 * 24 * 60 * 60 * 1000;
      const batches = [[login(7, 'for good', null)], [cold(7)], [login(8, 'a month', inAMonthMs)]];
      expect(await commitAll(store, [...batches, [cold(8)]])).toEqual([
        ...['stored', 'superseded', 'stored', 'superseded'],
      ]);
      expect(await heldIn(store)).toEqual({ stamp: 8, content: 'a month' });
    });

    it('is superseded when the slot is empty and the read saw something', async () => {
      const store = await open();
      const { outcomes, documents } = await store.commit([cold(7)]);
      expect([outcomes, documents]).toEqual([['superseded'], []]);
      expect(await heldIn(store)).toBeNull();
    });

    it('is taken once for an event, and again when asked for in another hour', async () => {
      const store = await open();
      const batches = [[cold(0, 'hour-1')], [cold(0, 'hour-1')], [cold(0, 'hour-2')]];
      expect(await commitAll(store, batches)).toEqual(['stored', 'duplicate', 'stored']);
      expect(await heldIn(store)).toEqual({ stamp: 0, content: 'hour-2' });
    });

    it('never costs a real event its place in a batch, whatever the stamps', async () => {
      const store = await open();
      // The basis is wrong, so that choosing by stamp would lose both.
      expect(await commitAll(store, [[cold(9), login(7)]])).toEqual(['superseded', 'stored']);
      expect(await heldIn(store)).toEqual({ stamp: 7, content: 'login-7' });
    });

    it('is not kept out by a wrong request of the same batch', async () => {
      const store = await open();
      expect(await commitAll(store, [[cold(9), cold(0)]])).toEqual(['superseded', 'stored']);
      expect(await heldIn(store)).toEqual({ stamp: 0, content: 'cold-0' });
    });

    it('gives way to a real event of the very same stamp', async () => {
      const store = await open();
      const twin = finished(anEvent({ id: 'twin', source: '/a', stamp: 7 }), content('twin'));
      expect(await commitAll(store, [[login(7)], [cold(7)], [twin]])).not.toContain('superseded');
      expect(await heldIn(store)).toEqual({ stamp: 7, content: 'twin' });
    });

    it('changes nothing when the generator made nothing', async () => {
      const store = await open();
      const { outcomes, documents } = await store.commit([
        finished(coldEvent(0, 'c1'), { kind: 'nothing' }),
      ]);
      expect([outcomes, documents]).toEqual([['unchanged'], []]);
    });

    it('touches only the slot and the user it is for', async () => {
      const store = await open();
      const bobs = finished(anEvent({ id: 'b1', user: 'bob', stamp: 3 }), content('of bob'));
      await store.commit([bobs, finished(anEvent({ id: 'a1' }), content('b'), { slot: 'books' })]);
      const before = await store.readDocuments(['bob']);
      expect(await commitAll(store, [[cold(0)]])).toEqual(['stored']);
      expect(await store.readDocuments(['bob'])).toEqual(before);
      const [alice] = await store.readDocuments(['alice']);
      expect(alice?.slots.map(({ contentJson }) => contentJson)).toEqual(['"b"', '"cold-0"']);
    });

    it('never changes which real event a slot stands at, in any order and any batches', async () => {
      const unit = fc.record({ isCold: fc.boolean(), stamp: fc.integer({ min: 0, max: 5 }) });
      const batches = fc.array(fc.array(unit, { minLength: 1, maxLength: 3 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(batches, async (drawn) => {
          const store = await open();
          const stampsSeen = [0];
          let id = 0;
          for (const batch of drawn) {
            id += 1;
            const units = batch.map(({ isCold, stamp }, index) =>
              // Real stamps begin at 1 and are each one event's own.
              isCold ? cold(stamp, `c${id}-${index}`) : login(stamp + 1),
            );
            await store.commit(units);
            stampsSeen.push(...batch.filter((it) => !it.isCold).map(({ stamp }) => stamp + 1));
            const newest = Math.max(...stampsSeen);
            expect((await heldIn(store))?.stamp ?? 0).toBe(newest);
          }
        }),
        { numRuns: 40 },
      );
    });
  });
}
