// Authors who do what must not stop anybody: one event in a hundred tells them how to fail.

import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import { type Poison, poisons } from '../fixtures/poisons.ts';

const happened = defineEvent({ type: 'thing.happened', schema: {} });

export const config = defineConfig({
  regions: ['eu'],
  events: [happened],
  slots: { offers: { generic: null } },
  generators: [
    defineGenerator<[typeof happened], unknown>({
      ...{ slot: 'offers', on: [happened], deadlineMs: 250 },
      async generate({ event }) {
        const { poison } = event.data as { poison?: Poison };
        return { content: poison === undefined ? 'good' : await poisons[poison]() };
      },
    }),
  ],
  reactions: [],
});
