// A cold read, from a replica's request to the content that comes back.
//
// Goal: a login that was accepted before the read keeps its slot, whichever is worked on first.
// Method: the same login and request in every order, over memory adapters and over real servers.

import { afterEach, describe, expect, it } from 'vitest';
import { contentRequested, defineGenerator } from '../../src/domain/authors.ts';
import { anEvent } from '../fixtures/events.ts';
import { login, loginConfig } from './login-config.ts';
import { everyLinks, type Flow, openFlow } from './open-flow.ts';

const config = loginConfig({
  generators: [
    defineGenerator({
      slot: 'offers',
      on: [login, contentRequested],
      generate: ({ event }) => ({ content: event.type }),
    }),
    defineGenerator({
      slot: 'books',
      on: [contentRequested],
      generate: () => ({ content: 'only when asked' }),
    }),
  ],
});

let flow: Flow | undefined;
afterEach(async () => {
  await flow?.close();
  flow = undefined;
});

const loggedIn = anEvent({ id: 'e1', stamp: 7 });
const request = { user: 'alice', slot: 'offers', basis: 0 };
const steps = {
  login: (open: Flow) => open.publish([loggedIn]),
  request: (open: Flow) => open.requestContent(request),
};

describe.each(everyLinks)('a cold read on %s', (_name, openLinks) => {
  const offersOf = (open: Flow) =>
    open.documentOf('alice')?.slots.find(({ slot }) => slot === 'offers');

  it('fills an empty slot, and only the one that was asked for', async () => {
    flow = await openFlow(await openLinks(), { config });
    const open = flow;
    await open.requestContent(request);
    await expect.poll(() => offersOf(open)?.contentJson).toBe('"content.requested"');
    expect(open.documentOf('alice')?.slots).toMatchObject([
      { slot: 'offers', stamp: 0, event: { source: '/beforehand/replica' } },
    ]);
  });

  it.each([
    ['the login first', ['login', 'request']],
    ['the request first', ['request', 'login']],
    ['the request twice around it', ['request', 'login', 'request']],
  ] as const)('leaves a login its slot: %s', async (_order, order) => {
    flow = await openFlow(await openLinks(), { config, workers: 2 });
    const open = flow;
    for (const step of order) await steps[step](open);
    await expect.poll(() => open.outcomesOf(loggedIn.ticket)).toEqual(['stored']);
    // Requests have no ticket that is known here: another slot's, sent last, tells they are through.
    await open.requestContent({ ...request, slot: 'books' });
    await expect.poll(() => open.documentOf('alice')?.slots.length).toBe(2);
    await expect.poll(() => offersOf(open)?.contentJson).toBe('"user.login"');
    const [stored] = await open.store.readDocuments(['alice']);
    expect(stored?.slots.find(({ slot }) => slot === 'offers')?.stamp).toBe(7);
  });

  it('passes over a request for a slot that is not there, and goes on', async () => {
    flow = await openFlow(await openLinks(), { config });
    const open = flow;
    await open.requestContent({ ...request, slot: 'nowhere' });
    await open.requestContent(request);
    await expect.poll(() => offersOf(open)?.contentJson).toBe('"content.requested"');
  });
});
