// Five offers for whoever has just logged in: other ones at each login, the same ones for the same.
// Whoever has looked at a category is offered that first. Whoever looks without having logged in, or
// twelve hours later, is not left without.

import { contentRequested, defineGenerator } from '../../domain/authors.ts';
import { type Category, catalog, type Product } from './catalog.ts';
import { categoryViewed } from './category-viewed.ts';
import { createDice, type Dice } from './dice.ts';
import { userLogin } from './login.ts';
import { discounted, offersPerUser } from './offer.ts';

const validMs = 12 * 60 * 60 * 1000;

const unasked = 'Picked for you, for the next 12 hours';
const english = 'Welcome back! Yours for the next 12 hours';
const looked: { readonly [category in Category]: string } = {
  kitchen: 'You looked at the kitchen: yours for 12 hours',
  reading: 'You looked at reading: yours for 12 hours',
  outdoors: 'You looked at the outdoors: yours for 12 hours',
  home: 'You looked at the home: yours for 12 hours',
};
const translations: { readonly [language: string]: string } = {
  de: 'Willkommen zurück! 12 Stunden lang für dich',
  fr: 'Ravi de vous revoir ! À vous pendant 12 heures',
};

export const personalOffers = defineGenerator({
  slot: 'offers',
  on: [userLogin, categoryViewed, contentRequested],
  generate({ event }) {
    // Seeded by the event and dated by it, so that a second attempt makes the same content.
    const dice = createDice(event.user, event.source, event.id);
    const category = event.type === 'category.viewed' ? event.data.category : null;
    const products = category === null ? pickAny(dice) : pickFirstFrom(category, dice);
    return {
      content: {
        headline: event.type === 'user.login' ? greeting(event.data.locale) : forLooking(category),
        code: checkoutCode(dice),
        offers: products.map((product) => discounted(product, dice)),
      },
      expiresAt: new Date(event.acceptedAt.getTime() + validMs),
    };
  },
});

function pickAny(dice: Dice): Product[] {
  return dice.pick(catalog, offersPerUser);
}

/** All there is of the category, up to five, and others where that is fewer. */
function pickFirstFrom(category: Category, dice: Dice): Product[] {
  const isOfCategory = (product: Product) => product.category === category;
  const wanted = dice.pick(catalog.filter(isOfCategory), offersPerUser);
  const others = catalog.filter((product) => !isOfCategory(product));
  return [...wanted, ...dice.pick(others, offersPerUser - wanted.length)];
}

function forLooking(category: Category | null): string {
  return category === null ? unasked : looked[category];
}

function greeting(locale = 'en'): string {
  return translations[locale.slice(0, 2)] ?? english;
}

/** Eight characters that nobody confuses when reading them aloud, such as `K7HM-2QXT`. */
function checkoutCode(dice: Dice): string {
  const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
  const characters = Array.from(
    { length: 8 },
    () => alphabet[dice.between(0, alphabet.length - 1)],
  ).join('');
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
}
