// The card: one thing, its facts and up to two buttons. A countdown is a card with one part more.

import { type Div, DivContainer, DivText, fixed, weighted } from '@divkitframework/jsonbuilder';
import { button, ground, picture, region, say, seen, share, sides } from './parts.ts';
import type { CardData } from './schema.ts';

const pictureSize = 96;
const factHeight = 32;

export function card(data: CardData): Div {
  return cardWith([], data);
}

/** `parts` stand between the text and the facts. */
export function cardWith(parts: Div[], data: CardData): Div {
  return new DivContainer({
    background: ground('surface'),
    border: { corner_radius: 24 },
    paddings: sides(20, 20),
    visibility_actions: seen(data.id),
    extensions: [region(data.title)],
    items: [
      top(data),
      say(data.text, { size: 'body', in: 'muted', lines: 5, margins: { top: 12 } }),
      ...parts,
      ...(data.facts ? [facts(data.facts)] : []),
      buttons(data),
    ],
  });
}

function top({ image, kicker, title, accent }: CardData): Div {
  return new DivContainer({
    orientation: 'horizontal',
    height: fixed(pictureSize),
    content_alignment_vertical: 'center',
    items: [
      ...(image ? [picture(image, pictureSize, pictureSize, 20)] : []),
      new DivContainer({
        width: weighted(1),
        ...(image && { margins: { left: 16 } }),
        items: [
          ...(kicker ? [say(kicker, { size: 'kicker', in: `${accent}-ink`, lines: 1 })] : []),
          say(title, { size: 'title', in: 'ink', lines: 3, level: 2 }),
        ],
      }),
    ],
  });
}

function facts(all: NonNullable<CardData['facts']>): Div {
  return new DivContainer({
    height: fixed(all.length * factHeight),
    margins: { top: 12 },
    items: all.map(({ label, value }) => {
      return new DivContainer({
        orientation: 'horizontal',
        height: fixed(factHeight),
        content_alignment_vertical: 'center',
        items: [
          share(label, { size: 'body', in: 'muted', lines: 1 }),
          share(value, { size: 'label', in: 'ink', lines: 1, align: 'right' }),
        ],
      });
    }),
  });
}

function buttons({ id, accent, buttons: all }: CardData): Div {
  return new DivContainer({
    orientation: 'horizontal',
    height: fixed(48),
    margins: { top: 20 },
    items: all.map((one, index) => {
      const options = { item: id, accent, isMain: index === 0, left: index * 12 };
      return new DivText({ ...button(one, options), width: weighted(1) });
    }),
  });
}
