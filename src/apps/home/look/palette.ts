// Every color of the page, for light and dark: by name, because a card says both and a style sheet
// chooses between them where there is no JavaScript.

import { type DivExpression, expression } from '@divkitframework/jsonbuilder';

/** The colors that a product may choose from, one each. */
export const accents = ['blue', 'violet', 'green', 'amber', 'rose'] as const;
export type Accent = (typeof accents)[number];

/** Each light value exists once: in rendered HTML it tells which color was meant. */
export const palette = {
  /** Behind everything; for the style sheet only. */
  page: { light: '#eff1f5', dark: '#0e1014' },
  surface: { light: '#ffffff', dark: '#181b21' },
  line: { light: '#e2e5eb', dark: '#2c313a' },
  ink: { light: '#14171f', dark: '#f1f3f7' },
  muted: { light: '#575e6c', dark: '#a4abb9' },
  /** Text on the solid color of any accent. */
  'on-solid': { light: '#fefefe', dark: '#0c0f15' },
  'blue-solid': { light: '#2457d6', dark: '#8fb1ff' },
  'blue-tint': { light: '#e8eefd', dark: '#1c2845' },
  'blue-ink': { light: '#1d47b4', dark: '#b5ccff' },
  'violet-solid': { light: '#6636c9', dark: '#b79cff' },
  'violet-tint': { light: '#f0eafc', dark: '#2a2145' },
  'violet-ink': { light: '#552ab0', dark: '#d0bfff' },
  'green-solid': { light: '#12704a', dark: '#69d3a2' },
  'green-tint': { light: '#e3f4eb', dark: '#15322a' },
  'green-ink': { light: '#0d5b3b', dark: '#96e2bf' },
  'amber-solid': { light: '#91560b', dark: '#f2b765' },
  'amber-tint': { light: '#fcf0dc', dark: '#38290f' },
  'amber-ink': { light: '#774507', dark: '#f7ce94' },
  'rose-solid': { light: '#b62a58', dark: '#ff97b3' },
  'rose-tint': { light: '#fdebf0', dark: '#401c2a' },
  'rose-ink': { light: '#982048', dark: '#ffbdd0' },
} as const satisfies { [token: string]: { light: string; dark: string } };

export type Token = keyof typeof palette;

const onAccent = accents.flatMap((accent): [text: Token, ground: Token][] => [
  ['on-solid', `${accent}-solid`],
  [`${accent}-ink`, `${accent}-tint`],
  [`${accent}-ink`, 'surface'],
  [`${accent}-ink`, 'page'],
  ['ink', `${accent}-tint`],
  ['muted', `${accent}-tint`],
]);

/** Every pair of text and ground that the templates draw: each is to have a contrast of 4.5. */
export const textPairs: readonly [text: Token, ground: Token][] = [
  ...onAccent,
  ['ink', 'page'],
  ['ink', 'surface'],
  ['muted', 'page'],
  ['muted', 'surface'],
];

/** What a card says: one color or the other, by the client's variable `theme`. */
export function color(token: Token): DivExpression {
  const { light, dark } = palette[token];
  return expression(`@{theme=='dark'?'${dark}':'${light}'}`);
}

const tokens = Object.entries(palette) as [Token, { light: string; dark: string }][];
const tokenOfLight = new Map(tokens.map(([token, { light }]) => [light, token]));

/** `var(--blue-solid)` for the light value of a token, and anything else as it is. */
export function asVariable(hex: string): string {
  const token = tokenOfLight.get(hex.toLowerCase() as never);
  return token === undefined ? hex : `var(--${token})`;
}

/** The style sheet that gives the variables their values; `web/home/palette.css` holds it. */
export function paletteCss(): string {
  const values = (theme: 'light' | 'dark', indent: string) =>
    tokens.map(([token, value]) => `${indent}--${token}: ${value[theme]};\n`).join('');
  return (
    '/* Of src/apps/home/look/palette.ts: change it there, then npm test -- test/apps/home -u */\n\n' +
    `:root {\n  color-scheme: light dark;\n${values('light', '  ')}}\n\n` +
    `@media (prefers-color-scheme: dark) {\n  :root {\n${values('dark', '    ')}  }\n}\n`
  );
}
