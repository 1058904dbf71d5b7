// One event that reaches many: an author posts a book, and every follower hears of it.

import { Type } from '@sinclair/typebox';
import { defineEvent, defineGenerator, defineReaction } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const bookPosted = defineEvent({
  type: 'book.posted',
  schema: Type.Object({ isbn: Type.String(), followers: Type.Integer() }),
});

const bookAnnounced = defineEvent({
  type: 'book.announced',
  schema: Type.Object({ isbn: Type.String() }, { additionalProperties: false }),
});

export const config = defineConfig({
  regions: ['eu'],
  events: [bookPosted, bookAnnounced],
  slots: { news: { generic: null } },
  generators: [
    defineGenerator({
      slot: 'news',
      on: [bookAnnounced],
      generate: ({ event }) => ({ content: event.data.isbn }),
    }),
  ],
  reactions: [
    defineReaction({
      name: 'announce',
      on: [bookPosted],
      reports: [bookAnnounced],
      handle({ event }) {
        const { isbn, followers } = event.data;
        const users = Array.from({ length: followers }, (_, index) => `follower${index}`);
        return { events: users.map((user) => ({ type: bookAnnounced, user, data: { isbn } })) };
      },
    }),
  ],
});
