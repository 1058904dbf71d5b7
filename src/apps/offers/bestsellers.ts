// What everyone is shown until the first generator has run: the shop's classics at full price.

import { catalog } from './catalog.ts';
import { type Offers, offerAt } from './offer.ts';

const classics = new Set(['K-101', 'R-201', 'O-302']);

export const bestsellers: Offers = {
  headline: 'Our classics',
  offers: catalog
    .filter((product) => classics.has(product.sku))
    .map((product) => offerAt(product, 0)),
};
