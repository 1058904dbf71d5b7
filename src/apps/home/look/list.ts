// The list: rows of equal height with a picture, a title and a value; a row may be a link.

import { type Div, DivContainer, DivText, fixed, weighted } from '@divkitframework/jsonbuilder';
import type { Accent } from './palette.ts';
import { button, ground, mark, picture, pressed, region, say, seen, sides } from './parts.ts';
import type { ListData } from './schema.ts';

type Item = ListData['items'][number];

const rowHeight = 68;
const iconSize = 44;

export function list({ title, subtitle, accent, items, button: last }: ListData): Div {
  return new DivContainer({
    background: ground('surface'),
    border: { corner_radius: 24 },
    paddings: sides(20, 20),
    extensions: [region(title)],
    items: [
      say(title, { size: 'title', in: 'ink', lines: 1, level: 2 }),
      ...(subtitle
        ? [say(subtitle, { size: 'body', in: 'muted', lines: 1, margins: { top: 2 } })]
        : []),
      new DivContainer({
        height: fixed(items.length * rowHeight),
        margins: { top: 8 },
        items: items.map((item) => row(item, accent)),
      }),
      ...(last ? [wide(last, accent)] : []),
    ],
  });
}

function row(item: Item, accent: Accent): Div {
  return new DivContainer({
    orientation: 'horizontal',
    height: fixed(rowHeight),
    content_alignment_vertical: 'center',
    visibility_actions: seen(item.id),
    ...(item.url && { action: pressed(item.id, item.url) }),
    items: [
      ...(item.image ? [icon(item.image, accent)] : []),
      new DivContainer({
        width: weighted(1),
        ...(item.image && { margins: { left: 14 } }),
        items: [
          say(item.title, { size: 'label', in: 'ink', lines: 1, level: 3 }),
          ...(item.text ? [say(item.text, { size: 'small', in: 'muted', lines: 2 })] : []),
        ],
      }),
      ...(item.value
        ? [
            mark(item.value, {
              size: 'label',
              in: `${accent}-ink`,
              lines: 1,
              margins: { left: 12 },
            }),
          ]
        : []),
    ],
  });
}

function icon(url: string, accent: Accent): Div {
  return new DivContainer({
    width: fixed(iconSize),
    height: fixed(iconSize),
    content_alignment_vertical: 'center',
    content_alignment_horizontal: 'center',
    background: ground(`${accent}-tint`),
    border: { corner_radius: 14 },
    items: [picture(url, 28, 28)],
  });
}

function wide(data: NonNullable<ListData['button']>, accent: Accent): Div {
  const options = { item: 'all', accent, isMain: false } as const;
  return new DivText({ ...button(data, options), margins: { top: 12 } });
}
