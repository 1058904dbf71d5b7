// The home page: one page of many products, beside the shop's offers. `npm start` runs it unless
// BEFOREHAND_CONFIG names another; see docs/home.md, and docs/authors.md for a product of your own.

import { contracts } from './src/apps/home/contracts.ts';
import { deals } from './src/apps/home/deals.ts';
import { energy } from './src/apps/home/energy.ts';
import { failedContent } from './src/apps/home/failed-content.ts';
import { insurance } from './src/apps/home/insurance.ts';
import { defineOrder, orderSlot } from './src/apps/home/order.ts';
import { savings } from './src/apps/home/savings.ts';
import { travel } from './src/apps/home/travel.ts';
import { bestsellers } from './src/apps/offers/bestsellers.ts';
import { categoryViewed } from './src/apps/offers/category-viewed.ts';
import { dealsOfTheMinute } from './src/apps/offers/deals-of-the-minute.ts';
import { userLogin } from './src/apps/offers/login.ts';
import { personalOffers } from './src/apps/offers/personal-offers.ts';
import { joinParts } from './src/domain/authors.ts';
import { defineConfig } from './src/domain/config.ts';

const offers = {
  events: [userLogin, categoryViewed],
  slots: { offers: { generic: bestsellers } },
  generators: [personalOffers, dealsOfTheMinute],
};

/** In the order in which whoever is new sees them. */
const products = joinParts(travel, insurance, deals, energy, savings);
const order = defineOrder(Object.keys(products.slots));

export const config = defineConfig({
  regions: ['eu', 'us', 'ap'],
  ...joinParts(offers, products, order, contracts, failedContent),
  page: { folder: new URL('./web/home/', import.meta.url), order: orderSlot },
});
