import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { config } from '../../../home.config.ts';
import { type Order, orderAfter } from '../../../src/apps/home/order.ts';
import { acceptedAt, generated } from './call-unit.ts';

const slots = ['home.travel', 'home.insurance', 'home.deals', 'home.energy', 'home.savings'];
const validUntil = '2026-11-24T17:00:00.000Z';
const minutesLater = (minutes: number) => ({
  acceptedAt: new Date(acceptedAt.getTime() + 60_000 * minutes),
});
const saved = { type: 'quote.saved', data: { quote: 'Q-1', validUntil }, acceptedAt } as const;
const signed = {
  type: 'contract.signed',
  data: { quote: 'Q-1', contract: 'C-1' },
  ...minutesLater(10),
} as const;
const withdrawn = {
  type: 'contract.withdrawn',
  data: { validUntil },
  ...minutesLater(20),
} as const;
const clicked = (slot: string, minutes = 5) =>
  ({ type: 'content.clicked', data: { slot, item: 'x' }, ...minutesLater(minutes) }) as const;

/** What comes first, after these events. */
const firstAfter = (...events: Parameters<typeof orderAfter>[2]) =>
  orderAfter(slots, null, events).slots.slice(0, 2);

describe('the order of the slots', () => {
  it('is that of the configuration for whoever is new', () => {
    expect(config.slots['home.order']?.generic).toEqual(orderAfter(slots, null, []));
    expect(orderAfter(slots, null, []).slots).toEqual(slots);
    expect(Object.keys(config.slots)).toEqual(['offers', ...slots, 'home.order']);
  });

  it('begins with an open quote, and ends with the quote', async () => {
    const made = await generated('home.order', { event: saved });
    expect(made).toMatchObject({
      content: {
        slots: ['home.insurance', 'home.travel', 'home.deals', 'home.energy', 'home.savings'],
        quote: { until: validUntil },
      },
      expiresAt: new Date(validUntil),
    });
  });

  it('goes on with what a new customer gets cheaper, once the contract is signed', () => {
    expect(firstAfter(saved, signed)).toEqual(['home.energy', 'home.savings']);
    expect(firstAfter(saved, signed, withdrawn)).toEqual(['home.insurance', 'home.energy']);
  });

  it('brings what was clicked last to the front, but not before an open quote', () => {
    const [deals, savings] = [clicked('home.deals', 1), clicked('home.savings', 2)];
    expect(firstAfter(deals, savings)).toEqual(['home.savings', 'home.deals']);
    expect(firstAfter(saved, savings)).toEqual(['home.insurance', 'home.savings']);
    expect(firstAfter(saved, signed, clicked('home.deals', 11))).toEqual([
      ...['home.deals', 'home.energy'],
    ]);
  });

  it('minds a click also when the quote has run out', async () => {
    const until = '2026-11-21T08:01:00.000Z';
    const previous = orderAfter(slots, null, [{ ...saved, data: { validUntil: until } }]);
    const made = await generated('home.order', { event: clicked('home.savings'), previous });
    expect(made).toMatchObject({
      content: { slots: ['home.savings', 'home.insurance', ...slots.toSpliced(4).toSpliced(1, 1)] },
      expiresAt: new Date('2026-12-21T08:05:00.000Z'),
    });
  });

  it('knows a product that is newer than what it was before, and none that has gone', async () => {
    const before = ['home.gone', 'home.energy', 'home.travel'];
    const clicks = [clicked('home.gone', 1), clicked('home.energy', 2)];
    const previous = orderAfter(before, null, clicks);
    const made = await generated('home.order', { event: clicked('home.deals'), previous });
    expect(made?.content).toMatchObject({
      slots: ['home.deals', 'home.energy', 'home.travel', 'home.insurance', 'home.savings'],
    });
  });

  it('is the same in whatever order events come, and however often, with every slot once', () => {
    const events = [saved, clicked('no.slot'), clicked('home.energy', 7), signed, withdrawn];
    const expected = orderAfter(slots, null, events);
    expect([...expected.slots].sort()).toEqual([...slots].sort());
    const twice = fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length });
    fc.assert(
      fc.property(twice, fc.nat(2 * events.length), (shuffled, cut) => {
        const before: Order = orderAfter(slots, null, shuffled.slice(0, cut));
        expect(orderAfter(slots, before, shuffled.slice(cut))).toEqual(expected);
      }),
    );
  });
});
