// The configuration of the poller's replica: content of the user's own beside content for everyone.

import { defineConfig } from '../../src/domain/config.ts';

export const config = defineConfig({
  regions: ['eu'],
  events: [],
  slots: { offers: { generic: null }, news: { generic: null } },
  generators: [],
  reactions: [],
});
