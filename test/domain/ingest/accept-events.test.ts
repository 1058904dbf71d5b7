// Step 1 of an event's way: what is decided about an event before it is durable.

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { defineEvent } from '../../../src/domain/authors.ts';
import { Failure } from '../../../src/domain/errors.ts';
import type { AcceptedEvent } from '../../../src/domain/event.ts';
import {
  type AcceptEventsDeps,
  createEventAcceptance,
} from '../../../src/domain/ingest/accept-events.ts';
import type { Post } from '../../../src/domain/ingest/bulk-gives-way.ts';
import type { IncomingEvent } from '../../../src/domain/ingest/incoming-event.ts';
import { matchesAny, type Producer } from '../../../src/domain/ingest/producer.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { createStamper } from '../../../src/domain/stamp.ts';

const anyone: Producer = { id: 'any', sources: ['*'], types: ['*'], scopes: ['publish'] };

const nowMs = 1_795_000_000_000;

let published: (readonly AcceptedEvent[])[] = [];
let observed: Observation[] = [];

beforeEach(() => {
  published = [];
  observed = [];
});

function open(given: Partial<AcceptEventsDeps> = {}) {
  return createEventAcceptance({
    config: {
      regions: ['eu'],
      events: [
        defineEvent({ type: 'login', schema: {} }),
        defineEvent({ type: 'import', lane: 'bulk', schema: {} }),
      ],
      ...{ slots: {}, generators: [], reactions: [] },
    },
    validateData: (_type, data) =>
      data === 'bad' ? [{ pointer: '/a', message: 'must be good' }] : [],
    publisher: {
      async publish(events) {
        published.push(events);
      },
    },
    publishTimeoutMs: 10_000,
    giveWay: async () => {},
    isClockSettled: () => true,
    nextStamp: createStamper(() => nowMs),
    nowMs: () => nowMs,
    ticketOf: (source, id) => `${source} ${id}`,
    digestOf: (type, data) => JSON.stringify([type, data]),
    observe: (observation) => observed.push(observation),
    ...given,
  });
}

function event(given: Partial<IncomingEvent> = {}): IncomingEvent {
  return {
    ...{ source: '/shop', id: 'e-1', type: 'login', subject: 'alice', lane: null, data: 1 },
    ...given,
  };
}

/** What a batch with each kind of flaw is refused with. */
const flaws: { [code: string]: Partial<IncomingEvent> } = {
  unknown_type: { type: 'logout' },
  reserved_type: { type: 'beforehand.timer' },
  invalid_subject: { subject: '../alice' },
  invalid_lane: { lane: 'fast' },
  invalid_data: { data: 'bad' },
  forbidden: { source: '/other' },
};

describe('accepting events', () => {
  it('stamps nothing before the clock is settled, but says what is wrong with an event', async () => {
    const nextStamp = () => {
      throw new Error('stamped');
    };
    const accept = open({ nextStamp, isClockSettled: () => false });
    await expect(accept([event()], anyone)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(accept([event({ type: 'logout' })], anyone)).rejects.toMatchObject({
      code: 'unknown_type',
    });
    expect(published).toEqual([]);
  });

  it('publishes them in order, complete, and answers with their tickets', async () => {
    const tickets = await open()(
      [event(), event({ id: 'e-2', subject: null, type: 'import' })],
      anyone,
    );
    expect(tickets).toEqual(['/shop e-1', '/shop e-2']);
    expect(published).toEqual([
      [
        {
          ...{ source: '/shop', id: 'e-1', type: 'login', user: 'alice', lane: 'interactive' },
          ...{ stamp: nowMs * 4096, ticket: '/shop e-1', digest: '["login",1]', data: 1 },
          acceptedAtMs: nowMs,
        },
        expect.objectContaining({ user: null, lane: 'bulk', stamp: nowMs * 4096 + 1 }),
      ],
    ]);
    expect(observed.map((observation) => observation.kind)).toEqual([
      'event_accepted',
      'event_accepted',
    ]);
  });

  it('gives the same event twice in one batch one ticket and two stamps', async () => {
    const tickets = await open()([event(), event()], anyone);
    expect(new Set(tickets).size).toBe(1);
    expect(new Set(published.flat().map(({ stamp }) => stamp)).size).toBe(2);
  });

  it('takes a lane lower, never higher', async () => {
    await open()([event({ lane: 'bulk' }), event({ lane: 'interactive' })], anyone);
    expect(published.flat().map(({ lane }) => lane)).toEqual(['bulk', 'interactive']);
    await expect(
      open()([event({ type: 'import', lane: 'interactive' })], anyone),
    ).rejects.toMatchObject({ code: 'invalid_lane' });
  });

  it('stamps what gives way when its turn has come, and not before', async () => {
    let letIn = () => {};
    const waiting = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const stamps = [1, 2];
    const giveWay = (post: Post) => (post.lanes[0] === 'bulk' ? waiting : Promise.resolve());
    const accept = open({ giveWay, nextStamp: () => stamps.shift() ?? 0 });
    const bulk = accept([event({ id: 'bulk', lane: 'bulk' })], anyone);
    await accept([event({ id: 'interactive' })], anyone);
    letIn();
    await bulk;
    expect(published.flat().map(({ id, stamp }) => [id, stamp])).toEqual([
      ['interactive', 1],
      ['bulk', 2],
    ]);
  });

  it('says that the broker did not answer in time', async () => {
    const accept = open({
      publishTimeoutMs: 10,
      publisher: { publish: () => new Promise(() => {}) },
    });
    await expect(accept([event()], anyone)).rejects.toBeInstanceOf(Failure);
    expect(observed).toEqual([]);
  });

  it('refuses a batch as a whole, whatever is wrong and wherever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 9 }),
        fc.nat({ max: 9 }),
        fc.constantFrom(...Object.keys(flaws)),
        async (before, after, code) => {
          published = [];
          const good = (count: number) => Array.from({ length: count }, () => event());
          const batch = [...good(before), event(flaws[code]), ...good(after)];
          const accepting = open()(batch, { ...anyone, sources: ['/shop'] });
          await expect(accepting).rejects.toMatchObject({ code, index: before });
          expect(published).toEqual([]);
        },
      ),
    );
  });

  it('says where in the data the problem is', async () => {
    await expect(open()([event({ data: 'bad' })], anyone)).rejects.toMatchObject({
      code: 'invalid_data',
      pointer: '/a',
      message: 'must be good',
    });
  });

  it('takes nothing from a key without the scope', async () => {
    await expect(open()([event()], { ...anyone, scopes: ['erase'] })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('a pattern of a key', () => {
  it('is a whole value, a prefix, or everything', () => {
    expect(matchesAny(['/shop'], '/shop')).toBe(true);
    expect(matchesAny(['/shop'], '/shop/eu')).toBe(false);
    expect(matchesAny(['/shop*'], '/shop/eu')).toBe(true);
    expect(matchesAny(['/sh*'], '/s')).toBe(false);
    expect(matchesAny(['*'], 'anything')).toBe(true);
    expect(matchesAny([], 'anything')).toBe(false);
  });
});
