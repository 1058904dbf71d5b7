// Authors who use what a bundler easily breaks: packages, what lies beside their files, and stacks.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ABORT } from 'lmdb';
import NodeCache from 'node-cache';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { Generate } from '../contract/unit-runner-authors.ts';
import { place } from './thread-bundle-beside.ts';

const happened = defineEvent({ type: 'thing.happened', schema: {} });

const readBeside = (path: string | URL) => readFileSync(path, 'utf8').split('\n')[0];

const authors: { [name: string]: Generate } = {
  // One has an addon, the other is CommonJS.
  packages: () => ({ content: [typeof ABORT, new NodeCache({ checkperiod: 0 }).keys()] }),
  beside: () => ({
    content: [
      readBeside(new URL('./thread-bundle-beside.ts', import.meta.url)),
      readBeside(join(import.meta.dirname, 'thread-bundle-later.ts')),
      readBeside(import.meta.filename),
      place,
    ],
  }),
  later: async () => ({ content: (await import('./thread-bundle-later.ts')).place }),
  loops: () => {
    for (;;);
  },
  stack: () => ({ content: new Error('here').stack }),
};

export const config = defineConfig({
  regions: ['eu'],
  events: [happened],
  slots: { main: { generic: null } },
  generators: Object.entries(authors).map(([name, generate]) =>
    defineGenerator<[typeof happened], unknown>({ name, slot: 'main', on: [happened], generate }),
  ),
  reactions: [],
});
