// Authors who do what must not stop anybody: one event in a hundred tells them how to fail.

import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';

const happened = defineEvent({ type: 'thing.happened', schema: {} });

const cycle: { self?: unknown } = {};
cycle.self = cycle;

const poisons = {
  throws: () => {
    throw new Error('no such book');
  },
  hangs: () => new Promise<never>(() => {}),
  'hundred-megabytes': () => 'x'.repeat(100_000_000),
  loops: () => {
    for (;;);
  },
  exits: () => process.exit(1),
  'out-of-memory': () => {
    const hoard: number[][] = [];
    for (;;) hoard.push(new Array(100_000).fill(1.5));
  },
  cyclic: () => cycle,
  nul: () => 'a\0b',
  'lone-surrogate': () => 'half a smile: \ud83d',
} satisfies { [name: string]: () => unknown };

export type Poison = keyof typeof poisons;

/**
 * Why each of them may be among the dead letters. Memory takes a while to fill: on a busy machine
 * the thread is deaf for too long before that.
 */
export const reasons: { readonly [name in Poison]: readonly string[] } = {
  throws: ['threw'],
  hangs: ['deadline'],
  'hundred-megabytes': ['too_large', 'deadline'],
  loops: ['deadline'],
  exits: ['crashed'],
  'out-of-memory': ['crashed', 'deadline'],
  cyclic: ['not_json'],
  nul: ['not_json'],
  'lone-surrogate': ['not_json'],
};

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
