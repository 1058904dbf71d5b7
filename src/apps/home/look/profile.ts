// The profile: what of DivKit a card may contain. It lists what clients can rely on, and leaves out
// whatever is not needed: typed actions, variables, timers, patches, HTML, video, requests.

import { type TSchema, Type } from '@sinclair/typebox';
import { ticking } from './countdown.ts';
import { id } from './id.ts';
import { imagePattern, target } from './links.ts';

const closed = { additionalProperties: false };
const object = <P extends { [name: string]: TSchema }>(properties: P) =>
  Type.Object(properties, closed);
const optional = Type.Optional;
const one = <const Value extends string | number>(value: Value) => Type.Literal(value);
const single = (element: TSchema) => Type.Array(element, { minItems: 1, maxItems: 1 });
const points = Type.Integer({ minimum: 0, maximum: 2000 });

/** Both colors of a token; which one is seen is up to the client's variable `theme`. */
const color = Type.String({
  pattern: "^@\\{theme=='dark'\\?'#[0-9a-f]{6}':'#[0-9a-f]{6}'\\}$",
});

/** No `@{` that a backslash does not escape, and no backslash that escapes nothing. */
const literal = Type.String({
  pattern: '^(?:[^@\\\\]|\\\\\\\\|\\\\@\\{|@(?!\\{))*$',
  maxLength: 300,
});

/** The one expression that profile 2 adds. */
const countdown = Type.String({
  pattern: `^@\\{${asPattern(ticking('[0-9]{10}', 'until [0-9A-Za-z ,:+−()]+'))}\\}$`,
});

/** Of an expression in which digits and dates are patterns already; these have no `?` or `.`. */
function asPattern(expression: string): string {
  const patterns = /\[0-9\]\{10\}|until \[[^\]]+\]\+/g;
  const texts = expression.split(patterns).map((text) => text.replaceAll(/[()+?/]/g, '\\$&'));
  const found = [...expression.matchAll(patterns)].map(([pattern]) => pattern);
  return texts.map((text, index) => text + (found[index] ?? '')).join('');
}

const fixed = object({ type: one('fixed'), value: points });
const matchParent = object({
  type: one('match_parent'),
  weight: optional(Type.Union([one(1), one(2)])),
});
const wrapContent = object({ type: one('wrap_content'), constrained: one(1) });
const edges = object({
  left: optional(points),
  right: optional(points),
  top: optional(points),
  bottom: optional(points),
});
const extension = Type.Union([
  object({ id: one('heading'), params: object({ level: Type.Union([one(2), one(3)]) }) }),
  object({ id: one('region'), params: object({ label: Type.String({ maxLength: 48 }) }) }),
]);

const everyElement = {
  width: optional(Type.Union([fixed, matchParent, wrapContent])),
  height: optional(Type.Union([fixed, matchParent])),
  margins: optional(edges),
  paddings: optional(edges),
  background: optional(single(object({ type: one('solid'), color }))),
  border: optional(object({ corner_radius: points })),
  action: optional(object({ log_id: id, url: target })),
  visibility_actions: optional(single(object({ log_id: id, visibility_duration: points }))),
  accessibility: optional(object({ type: Type.Union([one('header'), one('button')]) })),
  extensions: optional(single(extension)),
};

const letters = {
  font_size: optional(points),
  line_height: optional(points),
  font_weight_value: optional(Type.Union([one(600), one(700)])),
  text_color: optional(color),
};

const image = object({
  ...everyElement,
  type: one('image'),
  image_url: Type.String({ pattern: imagePattern }),
  scale: Type.Union([one('fill'), one('fit')]),
  content_alignment_horizontal: optional(one('right')),
  placeholder_color: optional(one('#00000000')),
});

const struckRange = object({ ...letters, start: points, end: points, strike: one('single') });

const textOf = (text: TSchema) =>
  object({
    ...everyElement,
    ...letters,
    type: one('text'),
    text,
    max_lines: Type.Integer({ minimum: 1, maximum: 5 }),
    text_alignment_horizontal: optional(Type.Union([one('center'), one('right')])),
    text_alignment_vertical: optional(one('center')),
    ranges: optional(single(struckRange)),
  });

const elementOf = (text: TSchema) =>
  Type.Recursive((element) =>
    Type.Union([
      textOf(text),
      image,
      object({
        ...everyElement,
        type: one('container'),
        orientation: optional(Type.Union([one('horizontal'), one('overlap')])),
        content_alignment_vertical: optional(
          Type.Union([one('center'), one('bottom'), one('space-between')]),
        ),
        content_alignment_horizontal: optional(Type.Union([one('center'), one('right')])),
        items: Type.Array(element, { minItems: 1, maxItems: 8 }),
      }),
      object({
        ...everyElement,
        type: one('gallery'),
        orientation: one('horizontal'),
        item_spacing: points,
        items: Type.Array(element, { minItems: 1, maxItems: 8 }),
      }),
    ]),
  );

const cardOf = (text: TSchema) =>
  object({
    log_id: Type.String({ pattern: '^[a-z0-9.-]{1,64}$' }),
    states: single(object({ state_id: one(0), div: elementOf(text) })),
  });

/** What a client of each profile can draw. */
export const profiles = {
  1: cardOf(literal),
  2: cardOf(Type.Union([literal, countdown])),
} as const;
