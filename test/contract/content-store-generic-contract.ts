// What every content store must do with events about everyone, sentence by sentence of its port.

import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/domain/ports.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

/** `open` gives an empty store for each test. */
export function contentStoreGenericContract(name: string, open: () => Promise<ContentStore>): void {
  describe(`generic content on ${name}`, () => {
    it('keeps generic content by slot with a version of its own', async () => {
      const store = await open();
      const generic = (id: string, stamp: number, value: string) =>
        store.commit([finished(anEvent({ id, stamp, user: null }), content(value))]);
      const first = await generic('e1', 1, 'one');
      const second = await generic('e3', 3, 'three');
      const late = await generic('e2', 2, 'two');
      expect(late).toMatchObject({ outcomes: ['superseded'], generic: [], documents: [] });
      expect(second.generic[0]?.version).toBeGreaterThan(first.generic[0]?.version ?? 0);
      expect(await store.readGeneric()).toEqual(second.generic);
    });

    it('gives generic content again when it was stored before', async () => {
      const store = await open();
      const event = anEvent({ id: 'e1', user: null });
      const first = await store.commit([finished(event, content('all'))]);
      const again = await store.commit([finished(event, content('other'))]);
      expect(again).toMatchObject({ outcomes: ['duplicate'], generic: first.generic });
    });

    describe('that withdraws what was there before', () => {
      const aUnit = (id: string, stamp: number, { withdraw = false } = {}) =>
        finished(anEvent({ id, stamp, user: null }), content(id, null, { withdraw }));

      it('says below which version, with this version and all later ones', async () => {
        const store = await open();
        const [first] = (await store.commit([aUnit('e1', 1)])).generic;
        expect(first?.withdrawnBelow).toBe(0);
        const [second] = (await store.commit([aUnit('e2', 2, { withdraw: true })])).generic;
        expect(second?.withdrawnBelow).toBe(second?.version);
        const [third] = (await store.commit([aUnit('e3', 3)])).generic;
        expect(third).toMatchObject({ withdrawnBelow: second?.version, contentJson: '"e3"' });
        expect(third?.version).toBeGreaterThan(second?.version ?? Infinity);
        expect(await store.readGeneric()).toEqual([third]);
      });

      it('may be the first: what the configuration shows was withdrawn', async () => {
        const store = await open();
        const [first] = (await store.commit([aUnit('e1', 1, { withdraw: true })])).generic;
        expect(first?.withdrawnBelow).toBeGreaterThan(0);
        expect(first?.withdrawnBelow).toBeLessThanOrEqual(first?.version ?? 0);
      });

      it('is heard although it comes too late to be shown', async () => {
        const store = await open();
        await store.commit([aUnit('e1', 1)]);
        const [held] = (await store.commit([aUnit('e3', 3)])).generic;
        const late = aUnit('e2', 2, { withdraw: true });
        const { outcomes, generic } = await store.commit([late]);
        expect(outcomes).toEqual(['superseded']);
        expect(generic).toMatchObject([{ contentJson: '"e3"', withdrawnBelow: held?.version }]);
        expect(generic[0]?.version).toBeGreaterThan(held?.version ?? Infinity);
        expect(await store.readGeneric()).toEqual(generic);
        expect(await store.commit([late])).toMatchObject({ outcomes: ['duplicate'], generic });
      });

      it('is heard although a newer one is stored in the same batch', async () => {
        const store = await open();
        const [held] = (await store.commit([aUnit('e1', 1)])).generic;
        const batch = [aUnit('e3', 3), aUnit('e2', 2, { withdraw: true })];
        const { outcomes, generic } = await store.commit(batch);
        expect(outcomes).toEqual(['stored', 'superseded']);
        expect(generic).toMatchObject([{ contentJson: '"e3"' }]);
        expect(generic[0]?.withdrawnBelow).toBeGreaterThan(held?.version ?? Infinity);
        expect(await store.readGeneric()).toEqual(generic);
      });

      it('leaves other slots alone', async () => {
        const store = await open();
        const event = anEvent({ id: 'e1', stamp: 1, user: null });
        await store.commit([finished(event, content('books'), { slot: 'books' })]);
        await store.commit([aUnit('e2', 2, { withdraw: true })]);
        expect(await store.readGeneric()).toMatchObject([
          { slot: 'books', withdrawnBelow: 0 },
          { slot: 'offers', withdrawnBelow: expect.any(Number) },
        ]);
      });
    });

    it('resolves an event about everyone whose units are committed side by side', async () => {
      const store = await open();
      for (let round = 0; round < 20; round += 1) {
        const event = anEvent({ id: `e${round}`, stamp: round + 1, user: null });
        const unitNames = ['books', 'offers'];
        const both = unitNames.map((slot) =>
          store.commit([finished(event, content(round), { slot, unitNames })]),
        );
        const resolved = (await Promise.all(both)).flatMap((one) => one.resolved);
        expect(resolved).toContainEqual({ ticket: event.ticket, outcome: 'stored' });
      }
    });
  });
}
