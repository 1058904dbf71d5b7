// Whatever order, duplication and redelivery: the same documents.
//
// Goal: any schedule of accepted events over 1 to 4 workers ends with each slot holding the content
// of its newest event, and `seen` that of all of them, in the store and in the region, and with each
// ticket told. Method: fast-check makes events and a plan of disturbances; handlers are made to fail
// after their work, so that events are delivered again, and publishes are made to break between
// commit and fan-out.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { defineEvent, defineGenerator } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import { compareOrder } from '../../src/domain/order.ts';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import { anEvent } from '../fixtures/events.ts';
import { type Flow, memoryLinks, openFlow, realLinks } from './open-flow.ts';

const login = defineEvent({ type: 'login', schema: {} });
const quote = defineEvent({ type: 'quote', schema: {} });

/**
 * A unit that is made anew is parked, and when its publish breaks, it waits for the end of its lease,
 * which is as long as its calls may take. Here none takes longer than a microtask.
 */
const soon = { deadlineMs: 1 };
const limits = { leaseMs: 100, fanOutPatienceMs: 100 };

const config = defineConfig({
  regions: ['eu'],
  events: [login, quote],
  slots: {
    offers: { generic: null },
    books: { generic: null },
    quotes: { generic: null },
    seen: { generic: null },
  },
  generators: [
    defineGenerator({
      slot: 'offers',
      ...soon,
      on: [login],
      generate: ({ event }) => ({ content: event.id }),
    }),
    defineGenerator({
      slot: 'books',
      ...soon,
      on: [login, quote],
      generate: ({ event }) => ({ content: event.id }),
    }),
    defineGenerator({
      slot: 'quotes',
      ...soon,
      on: [quote],
      coalesce: 'latest',
      generate: ({ event }) => ({ content: event.id }),
    }),
    defineGenerator<[typeof login, typeof quote], string[]>({
      slot: 'seen',
      ...soon,
      on: [login, quote],
      previous: 'exact',
      // Twice in it would be twice counted.
      generate: ({ event, previous }) => ({ content: [...(previous ?? []), event.id].sort() }),
    }),
  ],
  reactions: [],
});
const slotsOf = { login: ['offers', 'books'], quote: ['books', 'quotes'] } as const;

type Plan = {
  event: AcceptedEvent;
  copies: number;
  redeliveries: number;
  lostPublishes: number;
};

const plans = fc
  .array(
    fc.record({
      user: fc.constantFrom('alice', 'bob', 'carol'),
      type: fc.constantFrom('login' as const, 'quote' as const),
      stamp: fc.integer({ min: 1, max: 6 }),
      source: fc.constantFrom('/a', '/b'),
      lane: fc.constantFrom('interactive' as const, 'bulk' as const),
      copies: fc.integer({ min: 1, max: 3 }),
      redeliveries: fc.integer({ min: 0, max: 2 }),
      lostPublishes: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((drawn) =>
    drawn.map(({ copies, redeliveries, lostPublishes, ...event }, index): Plan => {
      return { event: anEvent({ id: `e${index}`, ...event }), copies, redeliveries, lostPublishes };
    }),
  );

/** Content of the newest event for each user and slot, and the ids of all events. */
function expected(events: readonly AcceptedEvent[]): Map<string, string> {
  const slots = new Map<string, string>();
  for (const event of [...events].sort(compareOrder)) {
    for (const slot of slotsOf[event.type as keyof typeof slotsOf]) {
      slots.set(`${event.user} ${slot}`, JSON.stringify(event.id));
    }
    const seen = JSON.parse(slots.get(`${event.user} seen`) ?? '[]');
    slots.set(`${event.user} seen`, JSON.stringify([...seen, event.id].sort()));
  }
  return slots;
}

function found(flow: Flow): Map<string, string> {
  const documents = ['alice', 'bob', 'carol'].map((user) => flow.documentOf(user));
  return new Map(
    documents.flatMap((document) =>
      (document?.slots ?? []).map((slot) => [`${document?.user} ${slot.slot}`, slot.contentJson]),
    ),
  );
}

/** Handlers fail after their work, and publishes break before it, as often as the plan says. */
function disturb(plan: readonly Plan[]): (parts: WorkerParts) => WorkerParts {
  const handlings = new Map(plan.map((one) => [one.event.ticket, one.redeliveries]));
  const publishes = new Map(plan.map((one) => [one.event.ticket, one.lostPublishes]));
  const take = (counts: Map<string, number>, ticket: string) => {
    const left = counts.get(ticket) ?? 0;
    counts.set(ticket, left - 1);
    return left > 0;
  };
  return (parts) => ({
    ...parts,
    limits: { ...parts.limits, ...limits },
    events: {
      consume: (handler) =>
        parts.events.consume(async (event, delivery) => {
          await handler(event, delivery);
          if (take(handlings, event.ticket)) throw new Error('The worker died before its ack.');
        }),
    },
    fanOut: {
      ...parts.fanOut,
      async send(bundle) {
        const isLost = bundle.resolved.some((word) => take(publishes, word.ticket));
        if (isLost) throw new Error('The worker died before its publish.');
        await parts.fanOut.send(bundle);
      },
    },
  });
}

let open: Flow | undefined;
afterEach(() => open?.close());

async function check(links: typeof memoryLinks, plan: readonly Plan[], workers: number) {
  const flow = await openFlow(await links(), { config, workers, disturb: disturb(plan) });
  open = flow;
  const copies = plan.flatMap(({ event, copies }) => Array.from({ length: copies }, () => event));
  for (const event of copies) await flow.publish([event]);
  const events = plan.map((one) => one.event);
  await expect
    .poll(() => events.every((event) => flow.outcomesOf(event.ticket).length > 0), {
      timeout: 15_000,
    })
    .toBe(true);
  await expect.poll(() => found(flow), { timeout: 15_000 }).toEqual(expected(events));
  const stored = await flow.store.readDocuments(['alice', 'bob', 'carol']);
  await expect.poll(() => stored.map((document) => flow.documentOf(document.user))).toEqual(stored);
  await flow.close();
  open = undefined;
}

const shuffled = plans.chain((plan) => fc.shuffledSubarray(plan, { minLength: plan.length }));
const workers = fc.integer({ min: 1, max: 4 });

describe('any order, duplication and redelivery of accepted events', () => {
  it('ends in the same documents on memory adapters', async () => {
    const property = fc.asyncProperty(shuffled, workers, (plan, count) =>
      check(memoryLinks, plan, count),
    );
    await fc.assert(property, { numRuns: 100, endOnFailure: true });
  }, 240_000);

  it('ends in the same documents on RabbitMQ and Postgres', async () => {
    const property = fc.asyncProperty(shuffled, workers, (plan, count) =>
      check(realLinks, plan, count),
    );
    await fc.assert(property, { numRuns: 5, endOnFailure: true });
  }, 240_000);
});
