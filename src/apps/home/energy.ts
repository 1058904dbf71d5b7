// The energy team: tariffs, cheaper for whoever is insured.

import { defineProduct } from './define-product.ts';
import { contractSigned, contractWithdrawn } from './events.ts';

export const energy = defineProduct({
  name: 'energy',
  command: ['node', 'src/apps/home/products/energy.mjs'],
  on: [contractSigned, contractWithdrawn],
  generic: {
    template: 'list',
    data: {
      title: 'Energy that adds up',
      subtitle: 'Three ways to pay for 2,500 kWh a year',
      accent: 'green',
      items: [
        tariff('power', 'Green power', 'Price held for 24 months', '€64.58/mo'),
        tariff('solar', 'Solar share', 'From roofs in your region', '€58.33/mo'),
        tariff('car', 'Night owl', 'Charge the car from 10 p.m. to 6 a.m.', '€52.08/mo'),
      ],
      button: { label: 'Switch in five minutes', url: 'https://energy.example/switch' },
    },
  },
});

function tariff(name: string, title: string, text: string, value: string) {
  const url = `https://energy.example/tariffs/${name}`;
  return { id: `energy-${name}`, title, text, image: `/assets/energy-${name}.svg`, value, url };
}
