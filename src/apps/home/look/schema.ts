// What a product says: a template and its data, nothing of how it looks. The schemas are closed, and
// every text and list is bounded so that whatever fits them fits its place on the page.

import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import { id } from './id.ts';
import { image, target } from './links.ts';
import { accents } from './palette.ts';

const closed = { additionalProperties: false };

/** What leaves nothing to see: space, control characters, marks that have no width. */
const unseen =
  '\\s\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e' +
  '\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0';

/** One line with something to see in it. It never looks twice at a character, however long the text. */
const visible = `^(?=[${unseen}]*[^${unseen}])[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$`;

const text = (maxLength: number) =>
  Type.String({
    pattern: visible,
    maxLength,
    description: `one line of text with something to see, of at most ${maxLength} characters`,
  });

const accent = Type.Union(
  accents.map((name) => Type.Literal(name)),
  { description: `one of: ${accents.join(', ')}` },
);
const button = Type.Object({ label: text(28), url: target }, closed);
const fact = Type.Object({ label: text(24), value: text(24) }, closed);

/** A row of cards that is scrolled sideways; each card as a whole is a link. */
const carouselData = Type.Object(
  {
    title: text(48),
    subtitle: Type.Optional(text(80)),
    accent,
    items: Type.Array(
      Type.Object(
        {
          id,
          title: text(48),
          text: Type.Optional(text(36)),
          badge: Type.Optional(text(18)),
          image,
          price: Type.Optional(text(18)),
          /** What it cost before; shown struck out. */
          was: Type.Optional(text(18)),
          url: target,
        },
        closed,
      ),
      { minItems: 1, maxItems: 5 },
    ),
  },
  closed,
);

const cardProperties = {
  id,
  title: text(48),
  /** Small, above the title: "Your quote". */
  kicker: Type.Optional(text(28)),
  text: text(140),
  accent,
  image: Type.Optional(image),
  facts: Type.Optional(Type.Array(fact, { minItems: 1, maxItems: 3 })),
  buttons: Type.Array(button, { minItems: 1, maxItems: 2 }),
};

/** One thing with up to three facts and two buttons; the first button is the main one. */
const cardData = Type.Object(cardProperties, closed);

/** A card that ends: it says until when and, where the client can, counts down. */
const countdownData = Type.Object(
  {
    ...cardProperties,
    /** What ends: "This price holds". */
    label: text(28),
    /** In the time zone that the reader is to see: `2026-11-24T18:00:00+01:00`. */
    until: Type.String({
      pattern:
        '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$',
      description: 'a time with its time zone, like 2026-11-24T18:00:00+01:00',
    }),
  },
  closed,
);

/** A wide, colored band with a picture. */
const bannerData = Type.Object(
  { id, title: text(48), text: text(80), accent, image, button },
  closed,
);

/** Rows with a picture, a title and a value. */
const listData = Type.Object(
  {
    title: text(48),
    subtitle: Type.Optional(text(80)),
    accent,
    items: Type.Array(
      Type.Object(
        {
          id,
          title: text(40),
          text: Type.Optional(text(56)),
          image: Type.Optional(image),
          value: Type.Optional(text(16)),
          url: Type.Optional(target),
        },
        closed,
      ),
      { minItems: 1, maxItems: 6 },
    ),
    button: Type.Optional(button),
  },
  closed,
);

function choice<const Name extends string, Data extends TSchema>(template: Name, data: Data) {
  return Type.Object({ template: Type.Literal(template), data }, closed);
}

const fallback = Type.Union([
  choice('carousel', carouselData),
  choice('card', cardData),
  choice('banner', bannerData),
  choice('list', listData),
]);

/** `fallback` is for clients that do not know the template; a countdown brings its own. */
const extras = {
  fallback: Type.Optional(fallback),
  /** After how many seconds the slot is generic again. */
  expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
};

function content<const Name extends string, Data extends TObject>(template: Name, data: Data) {
  return Type.Object({ template: Type.Literal(template), data, ...extras }, closed);
}

export const contentSchemas = {
  carousel: content('carousel', carouselData),
  card: content('card', cardData),
  banner: content('banner', bannerData),
  list: content('list', listData),
  countdown: Type.Omit(content('countdown', countdownData), ['fallback'], closed),
} as const;

/** What a product back end answers with, and what `product.pushed` carries. */
export type ProductContent = Static<(typeof contentSchemas)[TemplateName]>;
export type Fallback = Static<typeof fallback>;
export type TemplateName = keyof typeof contentSchemas;
export type CarouselData = Static<typeof carouselData>;
export type CardData = Static<typeof cardData>;
export type CountdownData = Static<typeof countdownData>;
export type BannerData = Static<typeof bannerData>;
export type ListData = Static<typeof listData>;
