// The order of a person's slots, when several workers make it at the same time.
//
// Goal: what a person did and decided shows in their order, whichever worker was first. Method: the
// events of many persons at once, in any order, over two workers whose calls take their time.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { defineOrder, type Order, orderSlot } from '../../src/apps/home/order.ts';
import { joinParts } from '../../src/domain/authors.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { Json } from '../../src/domain/json.ts';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import { anEvent } from '../fixtures/events.ts';
import { everyLinks, type Flow, openFlow } from './open-flow.ts';

const slots = ['travel', 'insurance', 'deals', 'energy', 'savings'].map((name) => `home.${name}`);
const products = { slots: Object.fromEntries(slots.map((slot) => [slot, { generic: {} }])) };
const config = defineConfig({ regions: ['eu'], ...joinParts(products, defineOrder(slots)) });

const startMs = Date.parse('2026-11-22T10:00:00Z');
const validUntil = '2026-11-29T10:00:00.000Z';
const story: [type: string, data: Json][] = [
  ['quote.saved', { quote: 'q-1', validUntil }],
  ['content.clicked', { slot: 'home.travel', item: 'x' }],
  ['contract.signed', { quote: 'q-1', contract: 'c-1' }],
  ['content.clicked', { slot: 'home.deals', item: 'x' }],
];
const ordered = ['deals', 'energy', 'savings', 'travel', 'insurance'].map((name) => `home.${name}`);

function eventsOf(user: string): AcceptedEvent[] {
  return story.map(([type, data], index) =>
    anEvent({
      ...{ id: `${user}-${index}`, user, type, data },
      ...{ stamp: 1000 + index, acceptedAtMs: startMs + 1_000 * index },
    }),
  );
}

/** Each call takes another time, so that the calls of two workers overlap in every way. */
function slowly(parts: WorkerParts): WorkerParts {
  const run: WorkerParts['runner']['run'] = async (call) => {
    const answer = await parts.runner.run(call);
    await sleep(Math.random() * 30);
    return answer;
  };
  return { ...parts, runner: { ...parts.runner, run } };
}

let open: Flow | undefined;
afterEach(() => open?.close());

describe.each(everyLinks)('the order of a person’s slots, made by two workers: %s', (_, links) => {
  it('has all that they did, whichever was stored first', async () => {
    const flow = await openFlow(await links(), { config, workers: 2, disturb: slowly });
    open = flow;
    const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
    const events = users.flatMap(eventsOf);
    const shuffled = events
      .map((event) => ({ event, at: Math.random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event);
    for (const event of shuffled) await flow.publish([event]);
    const isTold = ({ ticket }: AcceptedEvent) => flow.outcomesOf(ticket).length > 0;
    await expect.poll(() => events.every(isTold), { timeout: 20_000 }).toBe(true);

    const orderOf = (user: string): string[] => {
      const held = flow.documentOf(user)?.slots.find(({ slot }) => slot === orderSlot);
      return (JSON.parse(held?.contentJson ?? '{"slots":[]}') as Order).slots;
    };
    const wrong = () => users.filter((user) => orderOf(user).join() !== ordered.join());
    await expect.poll(wrong, { timeout: 5_000 }).toEqual([]);
  });
});
