// What is told of a read: what its client was shown.

import { expect, it } from 'vitest';
import type { Observation } from '../../../src/domain/observation.ts';
import { createDocumentComposer } from '../../../src/domain/replica/compose-document.ts';
import { createReadContent } from '../../../src/domain/replica/read-content.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument, aSlot } from '../../fixtures/content.ts';

const slots = { offers: { generic: null }, books: { generic: null } };

function open(pending: readonly string[] = []) {
  const store = memoryRegionStore();
  const observed: Observation[] = [];
  const read = createReadContent({
    ...{ slots, store, compose: createDocumentComposer(slots), positions: { current: store.get } },
    coldReads: { ask: () => {}, isPending: (_user, slot = '') => pending.includes(slot) },
    tickets: { wait: async () => null },
    ...{ isCaughtUp: () => true, nowMs: () => 1_000, observe: (it) => observed.push(it) },
  });
  const states = () => observed.map((it) => (it.kind === 'content_read' ? it.state : it.kind));
  return { store, read, states };
}

const both = aDocument('alice', { slots: [aSlot({ slot: 'books' }), aSlot()] });

it('tells whether a document is the user’s own, in part, or everyone’s', async () => {
  const { store, read, states } = open();
  await store.put([both, aDocument('bob')]);
  for (const user of ['alice', 'bob', 'carol']) await read.document(user, null);
  expect(states()).toEqual(['personal', 'mixed', 'generic']);
});

it('tells that content may be on its way, unless all of it is there', async () => {
  const { store, read, states } = open(['books']);
  await store.put([both, aDocument('bob')]);
  for (const user of ['alice', 'bob', 'carol']) await read.document(user, null);
  expect(states()).toEqual(['personal', 'pending', 'pending']);
});

it('tells of one slot what that slot showed', async () => {
  const { store, read, states } = open(['books']);
  await store.put([aDocument('bob')]);
  for (const slot of ['offers', 'books', 'nothing']) await read.slot('bob', slot, null);
  expect(states()).toEqual(['personal', 'pending']);
});

it('counts no read where a stream looks', async () => {
  const { read, states } = open();
  await read.watched('alice');
  expect(states()).toEqual([]);
});
