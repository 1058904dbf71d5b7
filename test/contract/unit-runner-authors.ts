// Authors of every kind, the bad ones above all: what runs in the tests of unit runners.

import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  defineEvent,
  defineGenerator,
  defineReaction,
  type GenerateCall,
  type Generated,
  type GeneratorEvent,
} from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import { lethal } from './unit-runner-lethal.ts';

const happened = defineEvent({ type: 'thing.happened', schema: { type: 'object' } });

export type Generate = (
  call: GenerateCall<GeneratorEvent, unknown>,
) => Generated<unknown> | undefined | null | Promise<Generated<unknown>>;

/** Of `counts`, in this thread. */
let calls = 0;

const wellBehaved: { [name: string]: Generate } = {
  echo: ({ event, earlier, previous }) => ({ content: { event, earlier, previous } }),
  slow: async () => {
    await sleep(500);
    return { content: 'slow' };
  },
  held: async ({ log }) => {
    const channel = new BroadcastChannel('let-go');
    const letGo = new Promise((resolve) => {
      channel.onmessage = resolve;
    });
    log.info('begun');
    await letGo;
    channel.close();
    return { content: 'held' };
  },
  'waits-a-little': async () => {
    await sleep(100);
    return { content: 'in time' };
  },
  expiring: () => ({ content: 1, expiresAt: new Date('2030-01-02T03:04:05.678Z') }),
  'withdraws-for-one': () => ({ content: 1, withdraw: true }),
  undecided: () => undefined,
  nullish: () => null,
  talkative: ({ log }) => {
    log.warn('about to return', { copies: 2 });
    for (let line = 0; line < 1000; line += 1) log.info('again');
    return { content: 1 };
  },
  counts: () => {
    calls += 1;
    return { content: calls };
  },
  backslashes: () => ({ content: 'C:\\u0000 and \\ud800, 😀' }),
};

const throwing: { [name: string]: Generate } = {
  'throws-error': () => {
    throw new TypeError('no such book');
  },
  'throws-null': () => {
    // biome-ignore lint/style/useThrowOnlyError: authors do such things.
    throw null;
  },
  'rejects-with-text': () => Promise.reject('just text'),
  'throws-what-cannot-be-text': () => {
    throw Object.create(null);
  },
  'throws-a-lot': () => {
    throw new Error('\0'.repeat(1_000_000));
  },
};

const late: { [name: string]: Generate } = {
  'never-settles': () => new Promise(() => {}),
  'throws-when-aborted': ({ signal }) => sleep(60_000, { content: 1 }, { signal }),
  'blocks-a-while': () => {
    const endMs = performance.now() + 400;
    while (performance.now() < endMs);
    return { content: 'too late' };
  },
  'blocks-until-let-go': ({ log }) => {
    const channel = new BroadcastChannel('let-go');
    log.info('begun');
    // Node takes either kind; its types know only of one.
    const port = channel as unknown as MessagePort;
    while (receiveMessageOnPort(port) === undefined);
    channel.close();
    return { content: 'let go' };
  },
};

const cycle: { self?: unknown } = {};
cycle.self = cycle;

const unstorable: { [name: string]: Generate } = {
  text: () => 'content' as never,
  list: () => [1, 2] as never,
  contentless: () => ({}) as never,
  'content-is-a-function': () => ({ content: () => 1 }),
  cyclic: () => ({ content: cycle }),
  bigint: () => ({ content: 1n }),
  'getter-throws': () => ({
    get content() {
      throw new Error('from the getter');
    },
  }),
  deep: () => ({ content: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) }),
  nul: () => ({ content: { text: 'a\0b' } }),
  'nul-in-a-key': () => ({ content: { 'a\0': 1 } }),
  'nul-behind-backslash': () => ({ content: 'a\\\0' }),
  'lone-surrogate': () => ({ content: ['half a smile: \ud83d'] }),
  'invalid-expiry': () => ({ content: 1, expiresAt: new Date('next week') }),
  'textual-expiry': () => ({ content: 1, expiresAt: '2030-01-01' as never }),
  'textual-withdraw': () => ({ content: 1, withdraw: 'yes' as never }),
};

const large: { [name: string]: Generate } = {
  fitting: () => ({ content: 'x'.repeat(32 * 1024 - 2) }),
  'too-large': () => ({ content: 'x'.repeat(32 * 1024 - 1) }),
  'too-large-in-bytes': () => ({ content: 'é'.repeat(16 * 1024) }),
};

const meddling: { [name: string]: Generate } = {
  meddler: ({ event, previous }) => {
    Object.assign(event.data as object, { meddled: true });
    Object.assign(previous as object, { meddled: true });
    event.acceptedAt.setTime(0);
    return { content: 1 };
  },
};

const generators = Object.entries({
  ...wellBehaved,
  ...throwing,
  ...late,
  ...unstorable,
  ...large,
  ...meddling,
  ...lethal,
}).map(([name, generate]) =>
  defineGenerator<[typeof happened], unknown>({ name, slot: 'main', on: [happened], generate }),
);

export const config = defineConfig({
  regions: ['eu'],
  events: [happened],
  slots: { main: { generic: null } },
  generators: [
    ...generators,
    defineGenerator({
      ...{ name: 'withdraws', slot: 'main', on: [happened], for: 'everyone' },
      generate: () => ({ content: 'right', withdraw: true }),
    }),
  ],
  reactions: [
    defineReaction({
      name: 'tells-its-key',
      on: [happened],
      handle: ({ idempotencyKey, log }) => log.info(idempotencyKey),
    }),
    defineReaction({ name: 'returns-something', on: [happened], handle: () => 1n as never }),
    defineReaction({
      name: 'fails',
      on: [happened],
      handle: () => Promise.reject(new Error('mail server is away')),
    }),
  ],
});

export const names = {
  throwing: Object.keys(throwing),
  unstorable: Object.keys(unstorable),
  tooLarge: ['too-large', 'too-large-in-bytes'],
};
