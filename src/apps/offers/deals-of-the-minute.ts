// The best deals of each minute, for everyone who has no offers of their own.

import { defineGenerator } from '../../domain/authors.ts';
import { catalog } from './catalog.ts';
import { createDice } from './dice.ts';
import { discounted, offersPerUser } from './offer.ts';

export const dealsOfTheMinute = defineGenerator({
  name: 'deals-of-the-minute',
  slot: 'offers',
  for: 'everyone',
  everyMs: 60_000,
  generate({ event }) {
    const minute = event.acceptedAt.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
    const dice = createDice(minute);
    const deals = catalog
      .map((product) => discounted(product, dice))
      .sort((a, b) => b.discountPercent - a.discountPercent || (a.sku < b.sku ? -1 : 1))
      .slice(0, offersPerUser);
    // Without expiry: an hour after the last worker died, old deals still beat an empty page.
    return { content: { headline: `Deals of the minute, ${minute.slice(11)} UTC`, offers: deals } };
  },
});
