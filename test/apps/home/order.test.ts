import { describe, expect, it } from 'vitest';
import { config } from '../../../home.config.ts';
import { type Order, orderAfter } from '../../../src/apps/home/order.ts';
import { generated } from './call-unit.ts';

const slots = ['home.travel', 'home.insurance', 'home.deals', 'home.energy', 'home.savings'];
const generic: Order = { slots, quoteUntil: null };
const validUntil = '2026-11-24T17:00:00.000Z';
const saved = { type: 'quote.saved', data: { quote: 'Q-1', validUntil } } as const;
const signed = { type: 'contract.signed', data: { quote: 'Q-1', contract: 'C-1' } } as const;
const clicked = (slot: string) => ({ type: 'content.clicked', data: { slot, item: 'x' } }) as const;

describe('the order of the slots', () => {
  it('is that of the configuration for whoever is new', () => {
    expect(config.slots['home.order']?.generic).toEqual(generic);
    expect(Object.keys(config.slots)).toEqual(['offers', ...slots, 'home.order']);
  });

  it('begins with an open quote, and ends with the quote', async () => {
    const made = await generated('home.order', { event: saved });
    expect(made).toEqual({
      content: {
        slots: ['home.insurance', 'home.travel', 'home.deals', 'home.energy', 'home.savings'],
        quoteUntil: validUntil,
      },
      expiresAt: new Date(validUntil),
    });
  });

  it('goes on with what a new customer gets cheaper, once the contract is signed', () => {
    const after = orderAfter(orderAfter(generic, saved), signed);
    expect(after.slots.slice(0, 2)).toEqual(['home.energy', 'home.savings']);
    expect(after.quoteUntil).toBeNull();
    expect(orderAfter(after, { type: 'contract.withdrawn', data: { validUntil } }).slots[0]).toBe(
      'home.insurance',
    );
  });

  it('brings what was clicked last to the front, but not before an open quote', () => {
    const after = [clicked('home.deals'), clicked('home.savings')].reduce(orderAfter, generic);
    expect(after.slots.slice(0, 2)).toEqual(['home.savings', 'home.deals']);
    const open = orderAfter(orderAfter(generic, saved), clicked('home.savings'));
    expect(open.slots.slice(0, 2)).toEqual(['home.insurance', 'home.savings']);
  });

  it('minds a click also when the quote has run out', async () => {
    const quoteUntil = '2026-11-20T17:00:00.000Z';
    const previous = { slots: ['home.insurance', ...slots.toSpliced(1, 1)], quoteUntil };
    const made = await generated('home.order', { event: clicked('home.savings'), previous });
    expect(made).toMatchObject({
      content: { slots: ['home.savings', 'home.insurance', ...slots.toSpliced(4).toSpliced(1, 1)] },
      expiresAt: new Date('2026-12-21T08:00:00.000Z'),
    });
  });

  it('knows a product that is newer than what it was before, and none that has gone', async () => {
    const previous = { slots: ['home.gone', 'home.energy', 'home.travel'], quoteUntil: null };
    const made = await generated('home.order', { event: clicked('home.deals'), previous });
    expect(made?.content).toMatchObject({
      slots: ['home.deals', 'home.energy', 'home.travel', 'home.insurance', 'home.savings'],
    });
  });

  it('has every slot once, whatever clients say and however often', () => {
    const events = [saved, clicked('no.slot'), clicked('home.energy'), saved, signed, signed];
    let order = generic;
    for (const event of events) {
      order = orderAfter(order, event);
      expect(orderAfter(order, event)).toEqual(order);
      expect([...order.slots].sort()).toEqual([...slots].sort());
    }
  });
});
