// What the slot `offers` holds, personal or not.

import type { Product } from './catalog.ts';
import type { Dice } from './dice.ts';

export type Offer = {
  sku: string;
  title: string;
  category: string;
  currency: 'EUR';
  listPriceCents: number;
  priceCents: number;
  discountPercent: number;
};

export type Offers = {
  headline: string;
  /** What the user types in at the checkout; only personal offers have one. */
  code?: string;
  offers: Offer[];
};

export const offersPerUser = 5;

/** Takes at least 5 % off, in steps of 5, and never more than the product allows. */
export function discounted(product: Product, dice: Dice): Offer {
  return offerAt(product, 5 * dice.between(1, product.maxDiscountPercent / 5));
}

export function offerAt(product: Product, discountPercent: number): Offer {
  const { sku, title, category, priceCents } = product;
  return {
    sku,
    title,
    category,
    currency: 'EUR',
    listPriceCents: priceCents,
    priceCents: Math.round((priceCents * (100 - discountPercent)) / 100),
    discountPercent,
  };
}
