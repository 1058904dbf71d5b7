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
