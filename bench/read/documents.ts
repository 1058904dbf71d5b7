// The documents that every row of the suite serves: one for each user, 5.6 KB of JSON.
//
// They are made by arithmetic, not by chance: every process of a run, and every run, has the same.

import { defineConfig } from '../../src/domain/config.ts';
import type { UserDocument } from '../../src/domain/document.ts';
import { createDocumentComposer } from '../../src/domain/replica/compose-document.ts';

export const userCount = 10_000;

export const config = defineConfig({
  regions: ['eu'],
  events: [],
  slots: { offers: { generic: [] }, books: { generic: [] } },
  generators: [],
  reactions: [],
});

const itemsPerSlot = 14;
const generatedAtMs = Date.UTC(2026, 0, 15, 9, 30);
const composer = createDocumentComposer(config.slots);

/** `index` from 0 to `userCount` - 1. */
export function userAt(index: number): string {
  return `user-${String(index).padStart(5, '0')}`;
}

export function documentAt(index: number): UserDocument {
  return {
    user: userAt(index),
    version: generatedAtMs + index,
    storedAtMs: generatedAtMs + index,
    slots: [slotAt('books', index, bookOf), slotAt('offers', index, offerOf)],
  };
}

/** The JSON text that a client reads. */
export function bodyAt(index: number): string {
  const call = { user: userAt(index), document: documentAt(index), generic: [] };
  return composer.document({ ...call, nowMs: generatedAtMs, isPending: () => false }).json;
}

function slotAt(slot: string, index: number, itemOf: (number: number) => object) {
  const items = Array.from({ length: itemsPerSlot }, (_, at) => itemOf(index * 31 + at * 7));
  return {
    slot,
    stamp: (generatedAtMs + index) * 4096,
    event: { source: '/shop/sessions', id: `login-${index}`, type: 'user.logged-in' },
    generatedAtMs,
    expiresAtMs: null,
    contentJson: JSON.stringify({
      heading: `Picked for ${userAt(index)} from what the last visit to the shop left open`,
      items,
    }),
  };
}

function offerOf(number: number): object {
  return {
    id: `offer-${number}`,
    title: `Weekend in a lighthouse, number ${number % 997}`,
    priceCents: 4_900 + (number % 400) * 50,
    currency: 'EUR',
    image: `https://images.example/offers/${number}.webp`,
    isNew: number % 3 === 0,
  };
}

function bookOf(number: number): object {
  return {
    id: `book-${number}`,
    title: `The history of tides, volume ${number % 997}`,
    author: `Author ${number % 389}`,
    pages: 120 + (number % 600),
    cover: `https://images.example/books/${number}.webp`,
    reason: 'Because you liked "Salt roads"',
  };
}
