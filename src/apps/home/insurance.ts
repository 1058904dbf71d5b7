// The insurance team: a quote that waits, or the contract that it became.

import { defineProduct } from './define-product.ts';
import { contractSigned, contractWithdrawn, quoteSaved } from './events.ts';

export const insurance = defineProduct({
  name: 'insurance',
  command: ['node', 'src/apps/home/products/insurance.mjs'],
  on: [quoteSaved, contractSigned, contractWithdrawn],
  reports: [quoteSaved],
  asks: ['accept', 'withdraw'],
  generic: {
    template: 'card',
    data: {
      id: 'insurance-car',
      kicker: 'Insurance',
      title: 'Car insurance in three minutes',
      text: 'Tell us your plate number, and your price holds for five days. No call, no paper.',
      accent: 'violet',
      image: '/assets/insurance-car.svg',
      facts: [
        { label: 'Monthly from', value: '€24.90' },
        { label: 'Excess', value: '€300' },
        { label: 'Withdraw within', value: '14 days' },
      ],
      buttons: [
        { label: 'Get your price', url: 'https://insurance.example/car' },
        { label: 'What is covered', url: 'https://insurance.example/car/cover' },
      ],
    },
  },
});
