// A generator that takes its time and coalesces: the slot `trail` holds what its call was handed.

import { setTimeout as sleep } from 'node:timers/promises';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const clicked = defineEvent({ type: 'page.clicked', schema: {} });

export type Trail = { newest: string; earlier: string[]; before: string | null };

export const config = defineConfig({
  regions: ['eu'],
  events: [clicked],
  slots: { trail: { generic: null } },
  generators: [
    defineGenerator<[typeof clicked], Trail>({
      slot: 'trail',
      on: [clicked],
      coalesce: 'latest',
      deadlineMs: 10_000,
      async generate({ event, earlier, previous }) {
        await sleep(50);
        if (event.data === 'throw') throw new Error('Told to.');
        const before = previous?.newest ?? null;
        return { content: { newest: event.id, earlier: earlier.map(({ id }) => id), before } };
      },
    }),
  ],
  reactions: [],
});
