// The configuration of suite `home`: whoever is not known is shown 5.6 KB that are for everyone.

import { contentRequested, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { Json } from '../../src/domain/json.ts';
import { documentAt } from '../read/documents.ts';
import { constantIndex } from '../read/plain-nginx.ts';

/** What one user has, shown to all: the same bytes but for what names the user. */
const generic = Object.fromEntries(
  documentAt(constantIndex).slots.map(({ slot, contentJson }) => [
    slot,
    JSON.parse(contentJson) as Json,
  ]),
);

export const config = defineConfig({
  regions: ['eu'],
  events: [],
  slots: { offers: { generic: generic.offers ?? null }, books: { generic: generic.books ?? null } },
  // With them a replica asks for what a stranger has not, as it does for any real installation.
  generators: ['offers', 'books'].map((slot) =>
    defineGenerator({ slot, on: [contentRequested], generate: () => undefined }),
  ),
  reactions: [],
});
