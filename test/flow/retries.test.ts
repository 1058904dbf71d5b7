// One event, two generators, one of which fails: neither waits for the other, and redelivery in
// between changes nothing.

import { describe, expect, it } from 'vitest';
import { defineGenerator, defineReaction } from '../../src/domain/authors.ts';
import type { WorkerParts } from '../../src/main/start-worker.ts';
import { anEvent } from '../fixtures/events.ts';
import { login, loginConfig } from './login-config.ts';
import { everyLinks, openFlow } from './open-flow.ts';

/** `books` fails as often as told, the last time not before `repair`; every call is counted. */
function setUp(failures: number) {
  const calls = { offers: 0, books: 0, mail: 0 };
  let repair = () => {};
  const repaired = new Promise<void>((resolve) => {
    repair = resolve;
  });
  const config = loginConfig({
    generators: [
      defineGenerator({
        slot: 'offers',
        on: [login],
        generate() {
          calls.offers += 1;
          return { content: `offers ${calls.offers}` };
        },
      }),
      defineGenerator({
        slot: 'books',
        on: [login],
        deadlineMs: 60_000,
        async generate() {
          calls.books += 1;
          if (calls.books === 2) await repaired;
          if (calls.books <= failures) throw new Error('The book service is down.');
          return { content: `books ${calls.books}` };
        },
      }),
    ],
    reactions: [
      defineReaction({
        name: 'mail',
        on: [login],
        handle() {
          calls.mail += 1;
        },
      }),
    ],
  });
  return { calls, config, repair };
}

describe.each(everyLinks)('two generators of which one fails, on %s', (_name, links) => {
  const slotsOf = (document: { slots: readonly { contentJson: string }[] } | undefined) =>
    document?.slots.map((slot) => JSON.parse(slot.contentJson));

  it('shows the other slot at once and the failing one after its retries', async () => {
    const { calls, config, repair } = setUp(2);
    let deliveries = 0;
    const count = (parts: WorkerParts): WorkerParts => ({
      ...parts,
      events: {
        consume: (handler) =>
          parts.events.consume(async (event, delivery) => {
            await handler(event, delivery);
            deliveries += 1;
          }),
      },
    });
    const flow = await openFlow(await links(), { config, disturb: count });
    const event = anEvent({ id: 'e1' });
    await flow.publish([event]);
    await expect.poll(() => slotsOf(flow.documentOf('alice'))).toEqual(['offers 1']);
    expect(flow.outcomesOf(event.ticket)).toEqual([]);

    // The broker delivers the event once more while `books` is parked.
    await flow.publish([event]);
    await expect.poll(() => deliveries).toBe(2);
    expect(calls).toMatchObject({ offers: 1, mail: 1 });
    expect(flow.outcomesOf(event.ticket)).toEqual([]);

    repair();
    await expect
      .poll(() => slotsOf(flow.documentOf('alice')), { timeout: 10_000 })
      .toEqual(['books 3', 'offers 1']);
    expect(flow.outcomesOf(event.ticket)).toEqual(['stored']);
    expect(calls).toEqual({ offers: 1, books: 3, mail: 1 });
    await expect.poll(() => flow.store.claimParked({ max: 9, leaseMs: 0 })).toEqual([]);
    await flow.close();
  });

  it('gives up after four attempts, and the event is resolved all the same', async () => {
    const { calls, config, repair } = setUp(99);
    repair();
    const flow = await openFlow(await links(), { config });
    const event = anEvent({ id: 'e1' });
    await flow.publish([event]);
    await expect.poll(() => flow.outcomesOf(event.ticket), { timeout: 10_000 }).toEqual(['stored']);
    expect(calls.books).toBe(4);
    expect(slotsOf(flow.documentOf('alice'))).toEqual(['offers 1']);
    await flow.close();
  });
});
