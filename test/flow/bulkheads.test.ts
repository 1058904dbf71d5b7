// A generator that hangs on every event, beside one that does not, on the same events' queue.

import { afterEach, describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { anEvent } from '../fixtures/events.ts';
import { login, loginConfig } from './login-config.ts';
import { everyLinks, type Flow, openFlow } from './open-flow.ts';

const viewed = defineEvent({ type: 'page.viewed', schema: {} });

let flow: Flow | undefined;
afterEach(() => flow?.close());

/** `books` does not answer before `release`. */
function setUp() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const calls = { books: 0 };
  const config = loginConfig({
    events: [viewed, login],
    generators: [
      defineGenerator({ slot: 'offers', on: [login], generate: () => ({ content: 'offers' }) }),
      defineGenerator({
        ...{ slot: 'books', on: [viewed], deadlineMs: 60_000, concurrency: 2 },
        async generate() {
          calls.books += 1;
          await released;
          return { content: 'books' };
        },
      }),
    ],
  });
  return { config, calls, release };
}

describe.each(everyLinks)('a generator that hangs, on %s', (_name, links) => {
  it('holds up no other, however many events it has', async () => {
    const { config, calls, release } = setUp();
    const env = { BEFOREHAND_SATURATION_PATIENCE_MS: '50' };
    flow = await openFlow(await links(), { config, env });
    const { documentOf, publish } = flow;
    const ids = Array.from({ length: 300 }, (_, index) => index);
    // More of them than a worker holds at a time lie before every event of the other.
    const hung = ids.map((id) => anEvent({ id: `h${id}`, user: `h${id}`, type: 'page.viewed' }));
    const quick = ids.map((id) => anEvent({ id: `q${id}`, user: `q${id}` }));
    await publish(hung);
    await publish(quick);
    const storedOf = (events: typeof hung) =>
      events.filter(({ user }) => documentOf(user ?? '') !== undefined).length;

    await expect.poll(() => storedOf(quick)).toBe(ids.length);
    expect([storedOf(hung), calls.books]).toEqual([0, 2]);
    release();
    await expect.poll(() => storedOf(hung)).toBe(ids.length);
    expect(calls.books).toBe(ids.length);
  });
});
