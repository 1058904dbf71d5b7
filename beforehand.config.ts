// What this installation does. Every process reads it; see docs/authors.md.

import { bestsellers } from './src/apps/offers/bestsellers.ts';
import { categoryViewed } from './src/apps/offers/category-viewed.ts';
import { dealsOfTheMinute } from './src/apps/offers/deals-of-the-minute.ts';
import { userLogin } from './src/apps/offers/login.ts';
import { personalOffers } from './src/apps/offers/personal-offers.ts';
import { defineConfig } from './src/domain/config.ts';

export const config = defineConfig({
  regions: ['eu', 'us', 'ap'],
  events: [userLogin, categoryViewed],
  slots: {
    offers: { generic: bestsellers },
  },
  generators: [personalOffers, dealsOfTheMinute],
  reactions: [],
});
