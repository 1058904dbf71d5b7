// From a template and its data to a card: expanded, so that what was stored long ago never depends on
// templates of today, and escaped as a whole.

import { type Div, escapeCard } from '@divkitframework/jsonbuilder';
import { banner } from './banner.ts';
import { card } from './card.ts';
import { carousel } from './carousel.ts';
import { countdown } from './countdown.ts';
import { list } from './list.ts';
import type { ProductContent } from './schema.ts';

export type Card = { log_id: string; states: { state_id: number; div: unknown }[] };

/** Whatever is not an expression of ours is text, `@{…}` and backslashes of a product included. */
export function buildCard(slot: string, content: Pick<ProductContent, 'template' | 'data'>): Card {
  const card = { log_id: slot, states: [{ state_id: 0, div: drawn(content as ProductContent) }] };
  // The builder's objects have every property there is, most of them undefined.
  return JSON.parse(JSON.stringify(escapeCard(card)));
}

function drawn(content: ProductContent): Div {
  switch (content.template) {
    case 'carousel':
      return carousel(content.data);
    case 'card':
      return card(content.data);
    case 'banner':
      return banner(content.data);
    case 'list':
      return list(content.data);
    case 'countdown':
      return countdown(content.data);
  }
}
