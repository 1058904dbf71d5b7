// The installation that docs/sql.md asks about: the shop's own offers, and books that some never get.

import { bestsellers } from '../../src/apps/offers/bestsellers.ts';
import { categoryViewed } from '../../src/apps/offers/category-viewed.ts';
import { userLogin } from '../../src/apps/offers/login.ts';
import { personalOffers } from '../../src/apps/offers/personal-offers.ts';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';

const books = defineGenerator({
  slot: 'books',
  on: [userLogin],
  async generate({ event }) {
    if (event.user === 'alice') return undefined;
    throw new Error('The library does not answer.');
  },
});

const seasonChanged = defineEvent({ type: 'season.changed', schema: {} });

const season = defineGenerator({
  ...{ name: 'season', slot: 'books', for: 'everyone', on: [seasonChanged] },
  generate: () => ({ content: { shelf: 'Winter' } }),
});

export function cookbookConfig(): Config {
  return defineConfig({
    regions: ['eu', 'us'],
    events: [userLogin, categoryViewed, seasonChanged],
    slots: { offers: { generic: bestsellers }, books: { generic: null } },
    generators: [personalOffers, books, season],
    reactions: [],
  });
}
