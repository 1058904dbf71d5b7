// The banner: a band in the tint of the product, with a picture and one button.

import { type Div, DivContainer, DivText, fixed } from '@divkitframework/jsonbuilder';
import { atMostAll, button, ground, picture, region, say, seen, sides } from './parts.ts';
import type { BannerData } from './schema.ts';

const height = 232;

export function banner(data: BannerData): Div {
  const { id, title, text, accent, image } = data;
  const words = { in: 'ink', lines: 2 } as const;
  return new DivContainer({
    orientation: 'overlap',
    height: fixed(height),
    background: ground(`${accent}-tint`),
    border: { corner_radius: 24 },
    visibility_actions: seen(id),
    extensions: [region(title)],
    items: [
      new DivContainer({
        height: fixed(height),
        content_alignment_vertical: 'bottom',
        content_alignment_horizontal: 'right',
        paddings: { right: 20, bottom: 14 },
        items: [picture(image, 110, 92)],
      }),
      new DivContainer({
        height: fixed(height),
        paddings: sides(24, 22),
        content_alignment_vertical: 'space-between',
        items: [
          new DivContainer({
            items: [
              say(title, { ...words, size: 'section', level: 2 }),
              say(text, { size: 'body', in: 'muted', lines: 3, margins: { top: 6 } }),
            ],
          }),
          new DivText({
            ...button(data.button, { item: id, accent, isMain: true }),
            width: atMostAll(),
          }),
        ],
      }),
    ],
  });
}
