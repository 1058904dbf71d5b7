// What every content store must do for what waits: parked units, unsent content, pages.

import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/domain/ports.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

/** `open` gives an empty store for each test. */
export function contentStoreWaitingContract(name: string, open: () => Promise<ContentStore>): void {
  describe(`what a worker asks ${name} before and between attempts`, () => {
    it('tells settled and parked units and what the slots hold', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      await store.commit([finished(event, content({ n: 1 }), { unitNames: ['offers', 'books'] })]);
      await store.park({ event, name: 'books' }, { attempts: 1, delayMs: 60_000, error: 'threw' });
      const states = await store.load([
        { event, slots: ['offers', 'books'] },
        { event: anEvent({ id: 'e2', user: 'bob' }), slots: ['offers'] },
      ]);
      expect(states).toEqual([
        {
          settled: ['offers'],
          parked: ['books'],
          previous: new Map([['offers', '{"n":1}']]),
          isIdReuse: false,
          erasedStamp: 0,
        },
        { settled: [], parked: [], previous: new Map(), isIdReuse: false, erasedStamp: 0 },
      ]);
    });

    it('tells what a generic slot holds to an event about everyone', async () => {
      const store = await open();
      await store.commit([finished(anEvent({ id: 'e1', user: null }), content('all'))]);
      const [state] = await store.load([
        { event: anEvent({ id: 'e2', user: null }), slots: ['offers'] },
      ]);
      expect(state?.previous).toEqual(new Map([['offers', '"all"']]));
    });

    it('hands a due unit to one claimant until its lease ends', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1', data: { nested: ['x', null] } });
      await store.park({ event, name: 'offers' }, { attempts: 2, delayMs: 0, error: 'threw' });
      await store.park(
        { event: anEvent({ id: 'e2' }), name: 'offers' },
        { attempts: 1, delayMs: 60_000, error: '' },
      );
      const claims = await Promise.all(
        Array.from({ length: 4 }, () => store.claimParked({ max: 10, leaseMs: 60_000 })),
      );
      expect(claims.flat()).toEqual([
        { event, name: 'offers', attempts: 2, alone: false, deliveries: 0, isSettled: false },
      ]);
      expect(await store.claimParked({ max: 10, leaseMs: 60_000 })).toEqual([]);
    });

    it('hands a unit out again when its lease has ended, and not after unpark', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      await store.park({ event, name: 'offers' }, { attempts: 0, delayMs: 0, error: '' });
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toHaveLength(1);
      await store.commit([finished(event, content(1))]);
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toMatchObject([{ isSettled: true }]);
      await store.unpark({ event, name: 'offers' });
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toEqual([]);
    });

    it('forgets no unit without an outcome: it was put back from the dead letters', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      await store.park({ event, name: 'offers' }, { attempts: 0, delayMs: 0, error: '' });
      await store.unpark({ event, name: 'offers' });
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toHaveLength(1);
    });

    it('parks no unit of an event that reuses a source and id', async () => {
      const store = await open();
      await store.commit([finished(anEvent({ id: 'e1' }), content('first'))]);
      const reuse = anEvent({ id: 'e1', data: 'other' });
      await store.park({ event: reuse, name: 'offers' }, { attempts: 1, delayMs: 0, error: '' });
      expect(await store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
    });

    it('never forgets charged attempts when a unit is parked again', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      await store.park({ event, name: 'offers' }, { attempts: 2, delayMs: 60_000, error: '' });
      await store.park({ event, name: 'offers' }, { attempts: 0, delayMs: 0, error: '' });
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toMatchObject([{ attempts: 2 }]);
    });

    it('never forgets that a unit runs alone', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const parking = { attempts: 0, delayMs: 0, error: '' };
      await store.park({ event, name: 'offers' }, { ...parking, alone: true });
      await store.park({ event, name: 'offers' }, parking);
      expect(await store.claimParked({ max: 1, leaseMs: 0 })).toMatchObject([{ alone: true }]);
    });

    it('counts claims that nothing came of, and then hands out suspects only as such', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      const parking = { attempts: 0, delayMs: 0, error: '', deliveries: 1 };
      const claim = async (suspects: boolean) => {
        const claimed = await store.claimParked({ max: 9, leaseMs: 0, suspects });
        return claimed.map(({ deliveries }) => deliveries);
      };
      await store.park({ event, name: 'offers' }, parking);
      expect([await claim(false), await claim(false)]).toEqual([[1], [2]]);
      expect([await claim(false), await claim(true), await claim(true)]).toEqual([[], [3], [4]]);
      await store.park({ event, name: 'offers' }, parking);
      expect([await claim(true), await claim(false)]).toEqual([[], [1]]);
    });

    it('hands out units that have failed, or those that have not, or both', async () => {
      const store = await open();
      for (const attempts of [0, 1, 2]) {
        const event = anEvent({ id: `e${attempts}`, user: `user${attempts}` });
        await store.park({ event, name: 'offers' }, { attempts, delayMs: 0, error: '' });
      }
      const claim = async (failedBefore?: boolean) => {
        const limits = { max: 9, leaseMs: 0, ...(failedBefore !== undefined && { failedBefore }) };
        const claimed = await store.claimParked(limits);
        return claimed.map(({ attempts }) => attempts).toSorted();
      };
      expect([await claim(false), await claim(true)]).toEqual([[0], [1, 2]]);
      expect(await claim()).toEqual([0, 1, 2]);
    });

    it('leaves units where they are whose names are excepted', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1' });
      for (const name of ['offers', 'books', 'mail']) {
        await store.park({ event, name }, { attempts: 0, delayMs: 0, error: '' });
      }
      const claimed = await store.claimParked({ max: 9, leaseMs: 0, except: ['offers', 'mail'] });
      expect(claimed.map(({ name }) => name)).toEqual(['books']);
    });
  });

  describe(`unsent content and pages on ${name}`, () => {
    it('hands unsent places to one claimant and forgets them once cleared', async () => {
      const store = await open();
      await store.noteUnsent({ users: ['alice', 'bob'], slots: ['offers'] });
      const { claim, users, slots } = await store.claimUnsent({ max: 10, leaseMs: 60_000 });
      expect([users.toSorted(), slots]).toEqual([['alice', 'bob'], ['offers']]);
      const other = await store.claimUnsent({ max: 10, leaseMs: 60_000 });
      expect([other.users, other.slots]).toEqual([[], []]);
      await store.clearUnsent(claim);
      await store.noteUnsent({ users: [], slots: [] });
      expect((await store.claimUnsent({ max: 10, leaseMs: 0 })).users).toEqual([]);
    });

    it('keeps a place that was noted again while it was being sent', async () => {
      const store = await open();
      await store.noteUnsent({ users: ['alice'], slots: [] });
      const { claim } = await store.claimUnsent({ max: 10, leaseMs: 60_000 });
      await store.noteUnsent({ users: ['alice'], slots: [] });
      await store.clearUnsent(claim);
      expect((await store.claimUnsent({ max: 10, leaseMs: 0 })).users).toEqual(['alice']);
    });

    it('reads every document once, page by page, within the bytes asked for', async () => {
      const store = await open();
      const users = Array.from(
        { length: 23 },
        (_, index) => `user${String(index).padStart(2, '0')}`,
      );
      await store.commit(
        users.map((user) => finished(anEvent({ id: user, user }), content('x'.repeat(98)))),
      );
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<ContentStore['readPage']>> = await store.readPage(
          after,
          500,
        );
        expect(page.documents.length).toBeLessThanOrEqual(5);
        expect(page.documents.every((document) => document.slots.length === 1)).toBe(true);
        seen.push(...page.documents.map((document) => document.user));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(users);
    });

    it('gives a page of one document however large it is', async () => {
      const store = await open();
      await store.commit([finished(anEvent({ id: 'e1' }), content('x'.repeat(1000)))]);
      expect((await store.readPage(null, 10)).documents).toHaveLength(1);
    });
  });
}
