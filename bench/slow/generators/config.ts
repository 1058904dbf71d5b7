// What the installation does that suite `slow` measures: it waits 50 ms for each event.

import { setTimeout as delay } from 'node:timers/promises';
import { defineGenerator } from '../../../src/domain/authors.ts';
import { defineConfig } from '../../../src/domain/config.ts';
import { userLoggedIn } from '../../position/generators/events.ts';

export const generatorMs = 50;
export const concurrency = 10;

const offersAtLogin = defineGenerator({
  slot: 'offers',
  on: [userLoggedIn],
  concurrency,
  /** As one does that asks another system and waits for its answer. */
  async generate({ event, signal }) {
    await delay(generatorMs, undefined, { signal });
    return { content: { user: event.user, event: event.id, headline: 'What you left open' } };
  },
});

export const config = defineConfig({
  regions: ['eu'],
  events: [userLoggedIn],
  slots: { offers: { generic: { headline: 'Our classics' } } },
  generators: [offersAtLogin],
  reactions: [],
});
