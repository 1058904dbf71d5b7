// The configurations of suite `home`: whoever is not known is shown 5.6 KB that are for everyone, as JSON
// or, in the other one, as a page.

import { contentRequested, defineGenerator } from '../../src/domain/authors.ts';
import { type Config, defineConfig } from '../../src/domain/config.ts';
import type { UserDocument } from '../../src/domain/document.ts';
import type { Json } from '../../src/domain/json.ts';
import { documentAt } from '../read/documents.ts';
import { constantIndex } from '../read/plain-nginx.ts';

/** In the order of suite `read`, so that the bytes are the same. */
const slotNames = ['offers', 'books'];

/** A document as JSON alone, or with HTML beside it. */
export type Look = 'json' | 'page';

export const configs: { readonly [Kind in Look]: Config } = {
  json: defineConfig(configOf(documentAt(constantIndex))),
  page: defineConfig({
    ...configOf(withHtml(documentAt(constantIndex))),
    page: { folder: new URL('./page/', import.meta.url) },
  }),
};

export function documentOf(look: Look, index: number): UserDocument {
  return look === 'json' ? documentAt(index) : withHtml(documentAt(index));
}

/** What one user has, shown to all: the same bytes but for what names the user. */
function configOf({ slots }: UserDocument): Config {
  const generic = slotNames.map((name) => {
    const content = slots.find(({ slot }) => slot === name)?.contentJson ?? 'null';
    return [name, { generic: JSON.parse(content) as Json }] as const;
  });
  return {
    regions: ['eu'],
    events: [],
    slots: Object.fromEntries(generic),
    // With them a replica asks for what a stranger has not, as it does for any real installation.
    generators: slotNames.map((slot) =>
      defineGenerator({ slot, on: [contentRequested], generate: () => undefined }),
    ),
    reactions: [],
  };
}

type Content = { heading: string; items: readonly { [name: string]: Json }[] };

/** As large as the JSON, so that a page and a document can be compared. */
function withHtml(document: UserDocument): UserDocument {
  const slots = document.slots.map((content) => {
    const given = JSON.parse(content.contentJson) as Content;
    const items = given.items.map((item) => `<li>${escaped(JSON.stringify(item))}</li>`);
    const html = `<section><h2>${escaped(given.heading)}</h2><ul>${items.join('')}</ul></section>`;
    return { ...content, contentJson: JSON.stringify({ ...given, html }) };
  });
  return { ...document, slots };
}

/** A quotation mark is itself between elements. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
