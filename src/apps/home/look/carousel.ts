// The carousel: a row of cards of equal size, scrolled sideways; each is one link.

import { type Div, DivContainer, DivGallery, fixed } from '@divkitframework/jsonbuilder';
import type { Accent } from './palette.ts';
import { fill, ground, picture, pill, pressed, price, region, say, seen } from './parts.ts';
import type { CarouselData } from './schema.ts';

type Item = CarouselData['items'][number];

const around = (top: number) => ({ left: 16, right: 16, top });
const titleSize = { size: 'strong', in: 'ink', lines: 2, level: 3, margins: around(12) } as const;
const priceSize = { size: 'strong', lines: 1, margins: { ...around(8), bottom: 14 } } as const;

const width = 256;
const pictureHeight = 144;
/** Two lines of title, a price and the room between them. */
const heightBare = pictureHeight + 12 + 44 + 8 + 22 + 14;
/** With a line of text in any of them. */
const heightWithText = heightBare + 4 + 21;

export function carousel({ title, subtitle, accent, items }: CarouselData): Div {
  const rowHeight = items.some(({ text }) => text) ? heightWithText : heightBare;
  return new DivContainer({
    extensions: [region(title)],
    items: [
      say(title, { size: 'section', in: 'ink', lines: 1, level: 2 }),
      ...(subtitle === undefined
        ? []
        : [say(subtitle, { size: 'body', in: 'muted', lines: 1, margins: { top: 2 } })]),
      new DivGallery({
        orientation: 'horizontal',
        height: fixed(rowHeight),
        margins: { top: 14 },
        item_spacing: 16,
        items: items.map((item) => itemCard(item, accent, rowHeight)),
      }),
    ],
  });
}

function itemCard(item: Item, accent: Accent, height: number): Div {
  const { id, title, text, badge, image, price: now, was, url } = item;
  return new DivContainer({
    width: fixed(width),
    height: fixed(height),
    background: ground('surface'),
    border: { corner_radius: 20 },
    action: pressed(id, url),
    visibility_actions: seen(id),
    items: [
      badge ? pictureWithBadge(image, badge, accent) : picture(image, 'full', pictureHeight),
      // Whatever comes last stands at the lower edge.
      text ? say(title, titleSize) : fill(title, titleSize),
      ...(text ? [fill(text, { size: 'small', in: 'muted', lines: 1, margins: around(4) })] : []),
      ...(now ? [price(now, was, { ...priceSize, in: `${accent}-ink` })] : []),
    ],
  });
}

function pictureWithBadge(image: string, badge: string, accent: Accent): Div {
  return new DivContainer({
    orientation: 'overlap',
    height: fixed(pictureHeight),
    items: [picture(image, 'full', pictureHeight), pill(badge, accent, around(12))],
  });
}
