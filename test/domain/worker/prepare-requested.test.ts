// A cold read at the worker: which requests become an event, and which event that is.

import { beforeEach, describe, expect, it } from 'vitest';
import { contentRequested, defineEvent, defineGenerator } from '../../../src/domain/authors.ts';
import { defineConfig } from '../../../src/domain/config.ts';
import type { ContentRequest } from '../../../src/domain/content-request.ts';
import type { AcceptedEvent } from '../../../src/domain/event.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { createPrepareRequested } from '../../../src/domain/worker/prepare-requested.ts';
import { digestOf } from '../../../src/wire/digest.ts';
import { ticketOf } from '../../../src/wire/ticket.ts';

const login = defineEvent({ type: 'user.login', schema: {} });
const generate = () => null;
const config = defineConfig({
  regions: ['eu'],
  events: [login],
  slots: { offers: { generic: null }, books: { generic: null } },
  generators: [
    defineGenerator({ slot: 'offers', on: [login, contentRequested], generate }),
    defineGenerator({ slot: 'books', on: [login], generate }),
  ],
  reactions: [],
});

const request: ContentRequest = { user: 'alice', slot: 'offers', basis: 7 };
const tenOClock = Date.UTC(2026, 10, 21, 10);

let nowMs = tenOClock;
let prepared: { event: AcceptedEvent; deliveryCount: number }[] = [];
let observed: Observation[] = [];
beforeEach(() => {
  nowMs = tenOClock;
  prepared = [];
  observed = [];
});

const prepareRequested = createPrepareRequested({
  config,
  prepare: async (event, { deliveryCount }) => void prepared.push({ event, deliveryCount }),
  naming: { ticketOf, digestOf },
  nowMs: () => nowMs,
  observe: (observation) => observed.push(observation),
});

async function idOf(given: Partial<ContentRequest>, atMs = tenOClock): Promise<string | undefined> {
  nowMs = atMs;
  await prepareRequested({ ...request, ...given }, { deliveryCount: 0 });
  return prepared.at(-1)?.event.id;
}

describe('a request for content', () => {
  it('becomes an interactive event whose stamp is its basis', async () => {
    await prepareRequested(request, { deliveryCount: 2 });
    const id = prepared[0]?.event.id as string;
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const event = {
      ...{ source: '/beforehand/replica', id, type: 'content.requested', user: 'alice' },
      ...{ lane: 'interactive', stamp: 7, data: { slot: 'offers' }, acceptedAtMs: tenOClock },
      ticket: ticketOf('/beforehand/replica', id),
      digest: digestOf('content.requested', { slot: 'offers' }),
    };
    expect(prepared).toEqual([{ event, deliveryCount: 2 }]);
  });

  it('is one event within an hour of the clock, and another one in the next', async () => {
    const id = await idOf({});
    expect(await idOf({}, tenOClock + 3_599_999)).toBe(id);
    expect(await idOf({}, tenOClock + 3_600_000)).not.toBe(id);
  });

  it('is an event of its own for each user, slot and basis', async () => {
    const ids = [await idOf({}), await idOf({ user: 'bob' }), await idOf({ basis: 0 })];
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['who is no user', { user: '../alice' }],
    ['a slot that is not there', { slot: 'constructor' }],
    ['a slot that nothing fills on request', { slot: 'books' }],
    ['a basis before all stamps', { basis: -1 }],
    ['a basis that is not exact', { basis: 2 ** 53 }],
    ['a basis that is no number', { basis: Number.NaN }],
  ])('is passed over when it names %s', async (_what, flaw) => {
    await prepareRequested({ ...request, ...flaw }, { deliveryCount: 0 });
    expect(prepared).toEqual([]);
    expect(observed).toMatchObject([{ kind: 'content_request_refused' }]);
  });
});
