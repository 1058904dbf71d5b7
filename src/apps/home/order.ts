// In which order a person sees the products: what waits for their decision first, then what they
// were interested in last.

import { defineGenerator, type Part } from '../../domain/authors.ts';
import { slotOf } from './define-product.ts';
import { contentClicked, contractSigned, contractWithdrawn, quoteSaved } from './events.ts';

/** The slot that the page is ordered by. */
export const orderSlot = 'home.order';

const keptMs = 30 * 24 * 3_600_000;

export type Order = {
  slots: string[];
  /** An open quote keeps its slot on top until then. */
  quoteUntil: string | null;
};

const insurance = slotOf('insurance');
/** What a new customer of insurance gets cheaper, or better. */
const nextBest = ['energy', 'savings'].map(slotOf);

const on = [quoteSaved, contractSigned, contractWithdrawn, contentClicked] as const;

/** `slots`: those of the products, as whoever is new sees them. */
export function defineOrder(slots: readonly string[]): Part {
  const generic: Order = { slots: [...slots], quoteUntil: null };
  return {
    events: on,
    slots: { [orderSlot]: { generic } },
    generators: [
      defineGenerator<typeof on, Order>({
        slot: orderSlot,
        on,
        // A row of clicks makes one order, and each call knows what the one before has made.
        coalesce: 'latest',
        generate({ event, earlier, previous }) {
          const before = orderAt(event.acceptedAt, previous ?? generic, generic);
          const content = [...earlier, event].reduce(orderAfter, before);
          const untilMs =
            Date.parse(content.quoteUntil ?? '') || event.acceptedAt.getTime() + keptMs;
          return { content, expiresAt: new Date(untilMs) };
        },
      }),
    ],
  };
}

/**
 * What an order that was made earlier says now: of a quote that holds no more nothing, of products
 * that are here since then that they come last, and of those that went nothing.
 */
function orderAt(now: Date, { slots, quoteUntil }: Order, { slots: all }: Order): Order {
  const known = slots.filter((slot) => all.includes(slot));
  const isOpen = quoteUntil !== null && Date.parse(quoteUntil) > now.getTime();
  return { slots: toFront(all, known), quoteUntil: isOpen ? quoteUntil : null };
}

/** The same however often it is applied: an event that is tried again changes nothing more. */
export function orderAfter(
  order: Order,
  event:
    | { type: 'quote.saved' | 'contract.withdrawn'; data: { validUntil: string } }
    | { type: 'contract.signed' }
    | { type: 'content.clicked'; data: { slot: string } },
): Order {
  const { slots, quoteUntil } = order;
  switch (event.type) {
    case 'quote.saved':
    case 'contract.withdrawn':
      return { slots: toFront(slots, [insurance]), quoteUntil: event.data.validUntil };
    case 'contract.signed':
      return { slots: toFront(slots, nextBest), quoteUntil: null };
    case 'content.clicked': {
      const first = quoteUntil === null ? [] : [insurance];
      return { slots: toFront(slots, [...first, event.data.slot]), quoteUntil };
    }
  }
}

/** Slots that are no product's stay out: a client may name what it likes. */
function toFront(slots: readonly string[], first: readonly string[]): string[] {
  const known = [...new Set(first)].filter((slot) => slots.includes(slot));
  return [...known, ...slots.filter((slot) => !known.includes(slot))];
}
