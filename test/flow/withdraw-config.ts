// The configuration of an installation whose notice for everyone can be withdrawn.

import { Type } from '@sinclair/typebox';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

export const login = defineEvent({ type: 'user.login', schema: {} });
export const noticeChanged = defineEvent({
  type: 'notice.changed',
  schema: Type.Object({ text: Type.String(), withdraw: Type.Boolean() }),
});

export const config = defineConfig({
  regions: ['eu'],
  events: [login, noticeChanged],
  slots: { offers: { generic: null }, notice: { generic: null } },
  generators: [
    defineGenerator({ slot: 'offers', on: [login], generate: () => ({ content: 'mine' }) }),
    defineGenerator({
      ...{ slot: 'notice', on: [noticeChanged], for: 'everyone' },
      generate: ({ event }) => ({ content: event.data.text, withdraw: event.data.withdraw }),
    }),
  ],
  reactions: [],
});
