// What templates are made of: texts by their place in the type scale, buttons, pictures, surfaces.

import {
  type Div,
  type DivExpression,
  DivImage,
  DivSolidBackground,
  DivText,
  type DivTextProps,
  DivWrapContentSize,
  expression,
  fixed,
  type IDivAction,
  type IDivEdgeInsets,
  type IDivExtension,
  type IDivVisibilityAction,
  weighted,
} from '@divkitframework/jsonbuilder';
import { type Accent, color, type Token } from './palette.ts';

/** Size, height of a line and weight; there are no others. Quotients are short, as HTML has them. */
const typeScale = {
  section: { font_size: 24, line_height: 30, font_weight_value: 700 },
  title: { font_size: 20, line_height: 25, font_weight_value: 700 },
  strong: { font_size: 16, line_height: 22, font_weight_value: 600 },
  body: { font_size: 15, line_height: 21 },
  label: { font_size: 15, line_height: 21, font_weight_value: 600 },
  small: { font_size: 14, line_height: 21 },
  kicker: { font_size: 14, line_height: 21, font_weight_value: 600 },
} as const;

type TypeSize = keyof typeof typeScale;

type TextOptions = {
  size: TypeSize;
  in: Token;
  lines: number;
  level?: 2 | 3;
  align?: 'center' | 'right';
  margins?: IDivEdgeInsets;
};

/** Text of a product is escaped with the whole card; an expression is ours. */
type Words = string | DivExpression;

/** A text as wide as there is room, cut with an ellipsis after so many lines. */
export function say(text: Words, options: TextOptions): Div {
  return new DivText(textOf(text, options));
}

/** A text that takes an equal share of a row. */
export function share(text: Words, options: TextOptions): Div {
  return new DivText({ ...textOf(text, options), width: weighted(1) });
}

/** A text that takes all height that is left. */
export function fill(text: Words, options: TextOptions): Div {
  return new DivText({ ...textOf(text, options), height: weighted(1) });
}

/** A text as wide as it needs: for what stands beside something. */
export function mark(text: Words, options: TextOptions): Div {
  return new DivText({ ...textOf(text, options), width: atMostAll() });
}

function textOf(
  text: Words,
  { size, lines, level, align, margins, ...options }: TextOptions,
): DivTextProps {
  const scale = typeScale[size];
  return {
    text,
    ...scale,
    text_color: color(options.in),
    max_lines: lines,
    ...(align && { text_alignment_horizontal: align }),
    ...(margins && { margins }),
    ...(level && {
      accessibility: { type: 'header' as const },
      extensions: [{ id: 'heading', params: { level } }],
    }),
  };
}

/** A price and, smaller and struck out, what it was before. */
export function price(now: string, was: string | undefined, options: TextOptions): Div {
  if (was === undefined) return say(now, options);
  const { font_size, line_height } = typeScale.small;
  const struck = { font_size, line_height, text_color: color('muted'), strike: 'single' } as const;
  const start = now.length + 2;
  return new DivText({
    ...textOf(`${now}\u2002${was}`, options),
    ranges: [{ ...struck, start: start - 1, end: start - 1 + was.length }],
  });
}

/** A word or two on a ground of its own. */
export function pill(text: string, accent: Accent, margins: IDivEdgeInsets): Div {
  return new DivText({
    ...textOf(text, { size: 'kicker', in: `${accent}-ink`, lines: 1 }),
    width: atMostAll(),
    margins,
    paddings: sides(10, 4),
    background: ground(`${accent}-tint`),
    border: { corner_radius: 14 },
  });
}

export function atMostAll(): DivWrapContentSize {
  return new DivWrapContentSize({ constrained: true });
}

/** A picture that says nothing which the text beside it does not say; `full` fills its card. */
export function picture(url: string, width: number | 'full', height: number, radius = 0): Div {
  return new DivImage({
    image_url: url,
    height: fixed(height),
    scale: 'fill',
    ...(width !== 'full' && { width: fixed(width) }),
    // Nothing gray behind it, neither where it is transparent nor until it is there.
    placeholder_color: '#00000000',
    ...(radius > 0 && { border: { corner_radius: radius } }),
  });
}

export function pressed(item: string, url: string): IDivAction {
  return { log_id: item, url };
}

/** Reports an item as seen once half of it has been on the screen for a second. */
export function seen(item: string): IDivVisibilityAction[] {
  return [{ log_id: item, visibility_duration: 1000 }];
}

type ButtonOptions = { item: string; accent: Accent; isMain: boolean; left?: number };

/** Two lines fit, so that a long label on a narrow screen makes nothing higher. */
export function button(
  { label, url }: { label: string; url: string },
  { item, accent, isMain, left }: ButtonOptions,
): DivTextProps {
  const text: TextOptions = {
    size: 'label',
    in: isMain ? 'on-solid' : `${accent}-ink`,
    lines: 2,
    align: 'center',
    ...(left && { margins: { left } }),
  };
  return {
    ...textOf(label, text),
    height: fixed(48),
    paddings: sides(12, 2),
    text_alignment_vertical: 'center',
    background: ground(isMain ? `${accent}-solid` : `${accent}-tint`),
    border: { corner_radius: 14 },
    action: pressed(item, url),
    // What leads to a page is a link by itself.
    ...(url.startsWith('home:') && { accessibility: { type: 'button' as const } }),
  };
}

export function ground(token: Token): DivSolidBackground[] {
  return [new DivSolidBackground({ color: color(token) })];
}

export function sides(horizontal: number, vertical: number): IDivEdgeInsets {
  return { left: horizontal, right: horizontal, top: vertical, bottom: vertical };
}

/** A landmark with a name, around everything that a slot shows. */
export function region(label: string): IDivExtension {
  // What an extension is given is never evaluated, so it must not be escaped either.
  return { id: 'region', params: { label: expression(label) } };
}
