// What the command line is tried on: offers that differ each time, books that fail, a mail that reports.

import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from '@sinclair/typebox';
import { defineEvent, defineGenerator, defineReaction } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const userLogin = defineEvent({
  type: 'user.login',
  schema: Type.Object({ device: Type.Optional(Type.String()) }, { additionalProperties: false }),
});

const bookLiked = defineEvent({
  type: 'book.liked',
  schema: Type.Object({ title: Type.String() }),
});

let calls = 0;

export const config = defineConfig({
  regions: ['eu', 'us'],
  events: [userLogin, bookLiked],
  slots: { offers: { generic: {} }, books: { generic: {} } },
  generators: [
    defineGenerator({
      slot: 'offers',
      on: [userLogin],
      generate({ event, previous, log }) {
        calls += 1;
        log.info('Looking for offers.', { user: event.user });
        const hadSome = previous !== null;
        return { content: { headline: `Offers for ${event.user}`, calls, hadSome } };
      },
    }),
    defineGenerator({
      name: 'similar-books',
      slot: 'books',
      on: [bookLiked],
      deadlineMs: 200,
      concurrency: 3,
      coalesce: 'latest',
      generate({ event }) {
        if (event.data.title === 'Bad') throw new Error('No such book.\n\u001b[31mRead another.');
        while (event.data.title === 'Endless');
        return { content: { like: event.data.title } };
      },
    }),
  ],
  reactions: [
    defineReaction({
      name: 'mail',
      on: [userLogin],
      reports: [bookLiked],
      async handle({ event }) {
        // It ends after the offers.
        await sleep(300);
        if (event.data.device !== 'reader') return undefined;
        return { events: [{ type: bookLiked, user: event.user, data: { title: 'Good' } }] };
      },
    }),
  ],
});
