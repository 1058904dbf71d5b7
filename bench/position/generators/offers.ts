// A user's offers: 5 KB of JSON, made anew for each event.

import { defineGenerator } from '../../../src/domain/authors.ts';
import { userLoggedIn } from './events.ts';

const items = 28;

type Login = { id: string; user: string; data: { basket: readonly string[] } };

export const offersAtLogin = defineGenerator({
  slot: 'offers',
  on: [userLoggedIn],
  generate: ({ event }) => ({ content: offersOf(event) }),
});

export function offersOf({ id, user, data }: Login) {
  const offers = Array.from({ length: items }, (_, at) =>
    offerOf(at * 31 + id.length, data.basket),
  );
  return { user, event: id, items: offers };
}

function offerOf(number: number, basket: readonly string[]) {
  return {
    id: `offer-${number}`,
    title: `Weekend in a lighthouse, number ${number % 997}`,
    priceCents: 4_900 + (number % 400) * 50,
    currency: 'EUR',
    image: `https://images.example/offers/${number}.webp`,
    because: basket[number % basket.length] ?? null,
  };
}
