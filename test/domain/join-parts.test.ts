import { describe, expect, it } from 'vitest';
import {
  defineEvent,
  defineGenerator,
  defineReaction,
  joinParts,
} from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const liked = defineEvent({ type: 'book.liked', schema: {} });
const offers = defineGenerator({ slot: 'offers', on: [login], generate: () => null });
const books = defineGenerator({ slot: 'books', on: [login, liked], generate: () => null });
const mail = defineReaction({ name: 'mail', on: [login], handle: () => {} });
const shop = { url: 'SHOP_URL', command: ['node', 'shop.mjs'] };

const ofOffers = {
  events: [login],
  slots: { offers: { generic: 1 } },
  generators: [offers],
  reactions: [mail],
};
const ofBooks = {
  events: [login, liked],
  slots: { books: { generic: 2 } },
  generators: [books],
  services: { shop },
};

describe('parts', () => {
  it('make a configuration, in their order, with what they share in it once', () => {
    const joined = joinParts(ofOffers, ofBooks);
    expect(joined).toEqual({
      events: [login, liked],
      slots: { offers: { generic: 1 }, books: { generic: 2 } },
      generators: [offers, books],
      reactions: [mail],
      services: { shop },
    });
    expect(Object.keys(joined.slots)).toEqual(['offers', 'books']);
    expect(() => defineConfig({ regions: ['eu'], ...joined })).not.toThrow();
  });

  it('may not have a slot or a service that another part has', () => {
    expect(() => joinParts(ofOffers, { slots: ofOffers.slots })).toThrow(
      'slots: "offers" is in two parts.',
    );
    expect(() => joinParts(ofBooks, { services: ofBooks.services })).toThrow(
      'services: "shop" is in two parts.',
    );
  });

  it('stop the start when they mean different things by one event type', () => {
    const other = defineEvent({ type: 'user.login', schema: { type: 'object' } });
    const joined = joinParts(ofOffers, { events: [other] });
    expect(() => defineConfig({ regions: ['eu'], ...joined })).toThrow(
      'events: "user.login" is there twice.',
    );
  });
});
