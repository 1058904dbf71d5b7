// A card as HTML, made once when content is generated: what is painted first, and all there is
// without JavaScript. The client's renderer takes it over, and sets again whatever is left out here.

import { render } from '@divkitframework/divkit/server';
import type { Card } from './build-card.ts';
import { asVariable } from './palette.ts';

/** The renderer of the server knows no variables but those of the card. */
const variables = [
  { type: 'string', name: 'theme', value: 'light' },
  { type: 'integer', name: 'now', value: 0 },
];

type Drawn = {
  /** The client must render with the same `id`, which is one of the page, and the same `mix`. */
  id: string;
  mix: string;
  /** Of the region that it is. */
  label: string;
  card: Card;
};

export function serverHtml({ id, mix, label, card }: Drawn): string {
  const problems: string[] = [];
  const html = render({
    id,
    mix,
    json: { card: { ...card, variables } } as never,
    builtinProtocols: ['https'],
    onError: ({ error }) => problems.push(error.message),
  });
  if (problems.length > 0) throw new Error(`DivKit cannot draw the card: ${problems.join('; ')}`);
  return withRoles(shortened(html), label, card);
}

/** Of HTML that a renderer wrote: what stands between tags never has a `<` of its own. */
const tag = /<[a-z]+(?:\s+[a-z-]+(?:="[^"]*")?)*\s*>/g;

/** Colors become variables, and what changes nothing goes: it is half of all styles. */
function shortened(html: string): string {
  let around = '';
  return html.replaceAll(tag, (text) =>
    text.replace(/ style="([^"]*)"/, (_, style: string) => {
      const short = withVariables(style).replace(repeated, (all, weight = '', color = '') => {
        return around.endsWith(color) ? weight : all;
      });
      around = short;
      return short === '' ? '' : ` style="${short}"`;
    }),
  );
}

/** A text has its size and color on the element around it, and then once more. */
const repeated = /^font-size:1em;line-height:[\d.]+;(?:(font-weight:\d+);)?(color:[^;]+)$/;

function withVariables(style: string): string {
  return style
    .replaceAll(/#[0-9a-f]{6}\b/g, asVariable)
    .replaceAll(/background-(size:auto|position:50% 50%|repeat:no-repeat);/g, '')
    .replace(/background-color:rgba\(0,0,0,0[.]0[08]\);background-size:(cover|contain);/, '')
    .replace(';object-position:50% 50%', '');
}

/** The client's extensions `heading` and `region` do the same, but run in a browser only. */
function withRoles(html: string, label: string, card: Card): string {
  const levels = [...JSON.stringify(card).matchAll(/"id":"heading","params":\{"level":(\d)\}/g)];
  let headings = 0;
  let tags = 0;
  return html.replaceAll(tag, (text) => {
    tags += 1;
    const roles =
      tags === rootTag
        ? text.replace(/>$/, () => ` role="region" aria-label="${quoted(label)}">`)
        : text;
    return roles
      .replace('role="heading"', () => `role="heading" aria-level="${levels[headings++]?.[1]}"`)
      .replace(/ aria-hidden(?=[ >])/, ' aria-hidden="true"')
      .replace(/ +(?=")/, '');
  });
}

/** Around the element of the card stand one of the renderer and one of the state. */
const rootTag = 3;

function quoted(text: string): string {
  const entities = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' } as const;
  return text.replaceAll(/[&"<>]/g, (sign) => entities[sign as keyof typeof entities]);
}
