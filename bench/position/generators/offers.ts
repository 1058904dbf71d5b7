// A user's offers: 5 KB of JSON, made anew for each event.

import { defineGenerator } from '../../../src/domain/authors.ts';
import { userLoggedIn } from './events.ts';

const items = 28;

export const offersAtLogin = defineGenerator({
  slot: 'offers',
  on: [userLoggedIn],
  generate({ event }) {
    const { basket } = event.data;
    return {
      content: {
        ...{ user: event.user, event: event.id },
        items: Array.from({ length: items }, (_, at) => offerOf(at * 31 + event.id.length, basket)),
      },
    };
  },
});

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
