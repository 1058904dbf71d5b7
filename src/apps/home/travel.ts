// The travel team: trips that a person may like.

import { defineProduct } from './define-product.ts';

export const travel = defineProduct({
  name: 'travel',
  command: ['node', 'src/apps/home/products/travel.mjs'],
  generic: {
    template: 'carousel',
    data: {
      title: 'Away from it all',
      subtitle: 'Trips for every season',
      accent: 'blue',
      items: [
        trip('lisbon', 'Lisbon on seven hills', '3 nights in Alfama', 'from €300'),
        trip('naples', 'The bay of Naples', '5 nights by the harbor', 'from €430'),
        trip('lake', 'Cabin by a mountain lake', '4 nights, boat and sauna', 'from €470'),
        trip('oslo', 'Fjords from Oslo', '5 days by rail and ferry', 'from €590'),
        trip('kyoto', 'Kyoto in the fall', '8 nights, flight included', 'from €1,500'),
      ],
    },
  },
});

function trip(name: string, title: string, text: string, price: string) {
  const url = `https://travel.example/trips/${name}`;
  return { id: `travel-${name}`, title, text, image: `/assets/travel-${name}.svg`, price, url };
}
