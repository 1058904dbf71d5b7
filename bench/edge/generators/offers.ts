// A user's offers: who they are for, which event made them, and bytes as an example's offers have.

import { contentRequested, defineGenerator } from '../../../src/domain/authors.ts';
import { userLoggedIn } from './events.ts';

/** Nobody has ever reported anything about users whose name begins like this. */
export const strangerPrefix = 'stranger-';

const slot = 'offers';

/** What clients of the bench look at. Content for everyone has neither user nor event. */
export type OffersDocument = {
  user: string;
  slots: { offers: { state: string; content: { user?: string; event?: string } } };
};

const filling = Array.from({ length: 10 }, (_, index) => ({
  sku: `K-${100 + index}`,
  title: 'Cast-iron skillet, 26 cm',
  ...{ category: 'kitchen', currency: 'EUR', listPriceCents: 5_400, priceCents: 4_590 },
}));

export const offersAtLogin = defineGenerator({
  ...{ name: 'offers-at-login', slot },
  on: [userLoggedIn],
  generate({ event }) {
    const { expiresAtMs } = event.data;
    const content = { user: event.user, event: event.id, offers: filling };
    return expiresAtMs === undefined ? { content } : { content, expiresAt: new Date(expiresAtMs) };
  },
});

export const offersAtRead = defineGenerator({
  ...{ name: 'offers-at-read', slot },
  on: [contentRequested],
  generate({ event }) {
    if (event.user.startsWith(strangerPrefix)) return null;
    return { content: { user: event.user, event: event.id, offers: filling } };
  },
});
