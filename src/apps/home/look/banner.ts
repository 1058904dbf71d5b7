// The banner: a band in the tint of the product, with a button, and a picture as large as there is
// room for.

import {
  type Div,
  DivContainer,
  DivImage,
  DivText,
  fixed,
  weighted,
} from '@divkitframework/jsonbuilder';
import { atMostAll, button, ground, region, say, seen, sides } from './parts.ts';
import type { BannerData } from './schema.ts';

const height = 248;
const edge = 20;

export function banner(data: BannerData): Div {
  return new DivContainer({
    orientation: 'horizontal',
    height: fixed(height),
    paddings: sides(edge + 4, edge),
    content_alignment_vertical: 'center',
    background: ground(`${data.accent}-tint`),
    border: { corner_radius: 24 },
    visibility_actions: seen(data.id),
    extensions: [region(data.title)],
    items: [
      words(data),
      new DivImage({
        image_url: data.image,
        width: weighted(1),
        height: fixed(height - 2 * edge),
        scale: 'fit',
        content_alignment_horizontal: 'right',
        placeholder_color: '#00000000',
      }),
    ],
  });
}

function words({ id, title, text, accent, button: main }: BannerData): Div {
  return new DivContainer({
    width: weighted(2),
    items: [
      say(title, { size: 'title', in: 'ink', lines: 3, level: 2 }),
      say(text, { size: 'body', in: 'muted', lines: 4, margins: { top: 4 } }),
      new DivText({
        ...button(main, { item: id, accent, isMain: true }),
        width: atMostAll(),
        margins: { top: 14 },
        paddings: sides(edge, 2),
      }),
    ],
  });
}
