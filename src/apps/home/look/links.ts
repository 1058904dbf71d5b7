// Where content may lead, what it may show and what a button of it may ask of the client: all of it
// by lists, because content is written by other teams and shown under the company's name.

import { Type } from '@sinclair/typebox';
import { idPattern } from './id.ts';

/** Hosts that a link may lead to. Whoever adds a product adds its host here. */
export const linkHosts = [
  'travel.example',
  'insurance.example',
  'energy.example',
  'savings.example',
  'deals.example',
  'books.example',
] as const;

/** What the client itself does when asked, and the one parameter of each. */
const clientActions = { accept: 'quote', withdraw: 'contract' } as const;

export type ClientAction = keyof typeof clientActions;

const hosts = linkHosts.map((host) => host.replaceAll('.', '\\.')).join('|');
const actions = Object.entries(clientActions).map(([name, key]) => `${name}\\?${key}`);

/** No port, no user, no fragment, and nothing that DivKit or a browser reads in two ways. */
const linkPattern = `^https://(${hosts})(/[A-Za-z0-9._~%/-]*)?([?][A-Za-z0-9._~%=&-]*)?$`;
const clientActionPattern = `^home:(${actions.join('|')})=${idPattern}$`;
export const imagePattern = '^/assets/[a-z0-9-]{1,64}\\.(svg|webp)$';

/** What a button or a card does: it leads to a page, or asks something of the client. */
export const target = Type.Union(
  [
    Type.String({ pattern: linkPattern, maxLength: 160 }),
    Type.String({ pattern: clientActionPattern }),
  ],
  {
    description:
      `a link of at most 160 characters to https:// and one of: ${linkHosts.join(', ')};` +
      ' or home:accept?quote=ID, home:withdraw?contract=ID',
  },
);

export const image = Type.String({
  pattern: imagePattern,
  description: 'a picture of the page, like /assets/travel-lisbon.svg',
});

/** What content that fits its schema asks of the client, wherever in it a URL stands. */
export function clientActionsIn(content: unknown): ClientAction[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) => {
    if (key !== 'url') return clientActionsIn(value);
    const [, name] = /^home:([a-z]+)/.exec(String(value)) ?? [];
    return name === undefined ? [] : [name as ClientAction];
  });
}
