// The deals team: it is never asked, and pushes the best deals right now.

import { defineProduct } from './define-product.ts';

export const deals = defineProduct({
  name: 'deals',
  command: ['node', 'src/apps/home/products/deals.mjs'],
  pushes: true,
  generic: {
    template: 'carousel',
    data: {
      title: 'Best deals right now',
      subtitle: 'New ones every few minutes',
      accent: 'rose',
      items: [
        good('headphones', 'Noise-canceling headphones', '€249'),
        good('coffee', 'Espresso machine for two', '€129'),
        good('bike', 'City bike with eight gears', '€649'),
        good('plant', 'Fig tree in a clay pot', '€49'),
        good('backpack', 'Trail backpack, 24 liters', '€139'),
      ],
    },
  },
});

function good(name: string, title: string, price: string) {
  const url = `https://deals.example/goods/${name}`;
  return { id: `deals-${name}`, title, image: `/assets/deals-${name}.svg`, price, url };
}
