// What one region holds for whoever is logged in.

import { element, inMs } from './element.js';

/**
 * @typedef {{ sku: string, title: string, discountPercent: number, priceCents: number,
 *   listPriceCents: number, currency: string }} Offer
 */

/** @param {import('./shop.js').Region} region */
export function createRegionCard(region) {
  const state = element('span', { class: 'state', text: 'not open' });
  const headline = element('p', { class: 'headline', text: 'Nothing yet' });
  const list = element('ul', { class: 'offers' });
  const code = element('p', { class: 'code' });
  const foot = element('p', { class: 'arrived' });
  const title = element('h3', { text: region.name });
  const place = element('p', { class: 'place', text: new URL(region.url).host }, state);
  const card = element(
    'article',
    { class: 'region', 'aria-label': `Region ${region.name}` },
    element('div', { class: 'region-head' }, title, place),
    ...[headline, list, code, foot],
  );

  return {
    card,
    /** @param {'live' | 'waiting'} newState */
    showState(newState) {
      state.textContent = newState === 'live' ? 'live' : 'connecting';
      state.dataset.state = newState;
    },

    /**
     * @param {{ state: string, content: any } | undefined} slot
     * @param {number | null} afterMs since the click that led to it
     */
    show(slot, afterMs) {
      const { content = {} } = slot ?? {};
      headline.textContent = content.headline ?? 'Nothing yet';
      list.replaceChildren(...(content.offers ?? []).map(offerItem));
      code.replaceChildren();
      if (content.code) code.append('Code ', element('code', { text: content.code }));
      foot.textContent =
        afterMs === null ? 'lay here already' : `on this page ${inMs(afterMs)} after the click`;
      card.dataset.state = slot?.state ?? '';
      card.classList.remove('changed');
      // Read, so that the browser sees the class go, and plays the change again.
      void card.offsetWidth;
      card.classList.add('changed');
    },
  };
}

/** @param {Offer} offer */
function offerItem(offer) {
  const price = new Intl.NumberFormat('en', { style: 'currency', currency: offer.currency });
  const off = offer.discountPercent > 0 ? `−${offer.discountPercent}%` : '';
  return element(
    'li',
    {},
    element('span', { class: 'title', text: offer.title }),
    element('span', { class: 'off', text: off }),
    element('span', { class: 'price', text: price.format(offer.priceCents / 100) }),
  );
}
