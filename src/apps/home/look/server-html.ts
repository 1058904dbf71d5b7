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

/** `id` is one of the page: the client must render by the same. */
export function serverHtml(id: string, card: Card): string {
  const problems: string[] = [];
  const html = render({
    id,
    json: { card: { ...card, variables } } as never,
    builtinProtocols: ['https'],
    onError: ({ error }) => problems.push(error.message),
  });
  if (problems.length > 0) throw new Error(`DivKit cannot draw the card: ${problems.join('; ')}`);
  return withRoles(
    html.replaceAll(tag, (text) => text.replace(styleOf, withVariables)),
    card,
  );
}

/** Of HTML that a renderer wrote: what stands between tags never has a `<` of its own. */
const tag = /<[a-z]+(?:\s+[a-z-]+(?:="[^"]*")?)*\s*>/g;
const styleOf = / style="([^"]*)"/;

function withVariables(_: string, style: string): string {
  const shorter = style
    .replaceAll(/#[0-9a-f]{6}\b/g, asVariable)
    .replaceAll(/(\d\.\d{4})\d+/g, '$1')
    .replace(/background-(size:auto|position:50% 50%|repeat:no-repeat);/g, '')
    // A text says this once around it and once more inside, where it is inherited anyway.
    .replace(
      /^font-size:1em;line-height:[\d.]+;(font-weight:\d+)?;?color:[^;]+$/,
      (_all, weight?: string) => weight ?? '',
    );
  return shorter === '' ? '' : ` style="${shorter}"`;
}

/** The client's extensions `heading` and `region` do the same, but run in a browser only. */
function withRoles(html: string, card: Card): string {
  const levels = [...JSON.stringify(card).matchAll(/"id":"heading","params":\{"level":(\d)\}/g)];
  let count = 0;
  const level = () => `role="heading" aria-level="${levels[count++]?.[1] ?? 2}"`;
  return html.replaceAll(tag, (text) =>
    text.replace('role="heading"', level).replace(/ aria-hidden(?=[ >])/, ' aria-hidden="true"'),
  );
}
