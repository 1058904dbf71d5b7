// The savings team: a rate of interest, better for whoever is insured. Its back end is in Python.

import { defineProduct } from './define-product.ts';
import { contractSigned, contractWithdrawn } from './events.ts';

export const savings = defineProduct({
  name: 'savings',
  command: ['python3', 'src/apps/home/products/savings.py'],
  on: [contractSigned, contractWithdrawn],
  generic: {
    template: 'banner',
    data: {
      id: 'savings-jar',
      title: 'Savings that keep up',
      text: 'Interest on every euro, paid out monthly. Your money is yours every day.',
      accent: 'amber',
      image: '/assets/savings-jar.svg',
      button: { label: 'Start saving', url: 'https://savings.example/open' },
    },
  },
});
