// The page of a person at a region, as their browser gets it, taken apart into its sections.

import type { Credentials } from '../../../src/main/credentials.ts';
import { signToken } from '../../../src/main/sign-token.ts';

export type Section = { state: string; html: string };

export type ReadPage = {
  html: string;
  /** By slot, in the order of the page. */
  sections: { readonly [slot: string]: Section };
};

/** `null`: without a cookie, as a stranger. */
export async function readPage(
  region: string,
  credentials: Pick<Credentials, 'token'>,
  user: string | null,
): Promise<ReadPage> {
  const token = user === null ? null : await signToken(credentials, { user, ttlS: 600 });
  const response = await fetch(`${region}/`, {
    headers: token === null ? {} : { cookie: `beforehand_token=${token}` },
  });
  const html = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${html}`);
  const parts = html.split(/<div data-slot="(.+?)" data-state="(.+?)"(?: data-stamp="\d+")?>/);
  const sections: { [slot: string]: Section } = {};
  for (let at = 1; at < parts.length; at += 3) {
    const [slot = '', state = '', section = ''] = parts.slice(at);
    sections[slot] = { state, html: section };
  }
  return { html, sections };
}

export function statesIn({ sections }: ReadPage): { [slot: string]: string } {
  return Object.fromEntries(Object.entries(sections).map(([slot, { state }]) => [slot, state]));
}

const characters: { readonly [name: string]: string } = {
  ...{ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' },
};

/** What a person reads of HTML. */
export function textOf(html: string): string {
  const text = html.replaceAll(/<[^>]*>/g, '');
  return text.replaceAll(/&(\w+|#39);/g, (all, name: string) => characters[name] ?? all);
}
