// The smallest configuration with content: the slot `offers` holds the event's id.

import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const login = defineEvent({ type: 'user.login', schema: {} });

export const echoConfig = defineConfig({
  regions: ['eu'],
  events: [login],
  slots: { offers: { generic: null } },
  generators: [
    defineGenerator({
      slot: 'offers',
      on: [login],
      generate: ({ event }) => ({ content: event.id }),
    }),
  ],
  reactions: [],
});
