// In which order a person sees the products: what waits for their decision first, then what they
// were interested in last. It holds when each of that was, so that events may come in any order.

import { defineGenerator, type Part } from '../../domain/authors.ts';
import { slotOf } from './define-product.ts';
import { contentClicked, contractSigned, contractWithdrawn, quoteSaved } from './events.ts';

/** The slot that the page is ordered by. */
export const orderSlot = 'home.order';

const keptMs = 30 * 24 * 3_600_000;

export type Order = {
  slots: string[];
  /** When a slot was last brought to the front, in Unix milliseconds. */
  broughtAtMs: { [slot: string]: number };
  /** What was last heard of a quote: an open one keeps its slot on top until then. */
  quote: { until: string | null; atMs: number };
};

const insurance = slotOf('insurance');
/** What a new customer of insurance gets cheaper, or better. */
const nextBest = ['energy', 'savings'].map(slotOf);

const on = [quoteSaved, contractSigned, contractWithdrawn, contentClicked] as const;

type Told = { acceptedAt: Date } & (
  | { type: 'quote.saved' | 'contract.withdrawn'; data: { validUntil: string } }
  | { type: 'contract.signed' }
  | { type: 'content.clicked'; data: { slot: string } }
);

/** `slots`: those of the products, as whoever is new sees them. */
export function defineOrder(slots: readonly string[]): Part {
  return {
    events: on,
    slots: { [orderSlot]: { generic: orderAfter(slots, null, []) } },
    generators: [
      defineGenerator<typeof on, Order>({
        slot: orderSlot,
        on,
        // A row of clicks makes one order.
        coalesce: 'latest',
        previous: 'exact',
        generate({ event, earlier, previous }) {
          const content = orderAfter(slots, previous, [...earlier, event]);
          return {
            content,
            expiresAt: new Date(openUntilMs(content) ?? newestMs(content) + keptMs),
          };
        },
      }),
    ],
  };
}

/** The same in whatever order the events come, and however often. */
export function orderAfter(
  slots: readonly string[],
  before: Order | null,
  events: readonly Told[],
): Order {
  const broughtAtMs = new Map(Object.entries(before?.broughtAtMs ?? {}));
  let quote = before?.quote ?? { until: null, atMs: 0 };
  for (const event of events) {
    const atMs = event.acceptedAt.getTime();
    for (const slot of broughtBy(event)) {
      broughtAtMs.set(slot, Math.max(atMs, broughtAtMs.get(slot) ?? 0));
    }
    const until = quoteAfter(event);
    if (until !== undefined && atMs >= quote.atMs) quote = { until, atMs };
  }
  // A client may name what it likes, and a product may have gone since.
  const known = [...broughtAtMs].filter(([slot]) => slots.includes(slot));
  return sorted(slots, { broughtAtMs: Object.fromEntries(known), quote });
}

type Facts = Omit<Order, 'slots'>;

function sorted(slots: readonly string[], facts: Facts): Order {
  const rankOf = (slot: string) =>
    slot === insurance && openUntilMs(facts) !== null
      ? Number.POSITIVE_INFINITY
      : (facts.broughtAtMs[slot] ?? 0);
  return { slots: [...slots].sort((a, b) => rankOf(b) - rankOf(a)), ...facts };
}

/** `null`: no quote is open, as far as its events tell. */
function openUntilMs(facts: Facts): number | null {
  const untilMs = Date.parse(facts.quote.until ?? '');
  return untilMs > newestMs(facts) ? untilMs : null;
}

function newestMs({ quote, broughtAtMs }: Facts): number {
  return Math.max(quote.atMs, ...Object.values(broughtAtMs));
}

function broughtBy(event: Told): readonly string[] {
  if (event.type === 'content.clicked') return [event.data.slot];
  return event.type === 'contract.signed' ? nextBest : [insurance];
}

/** Until when a quote is open, `null`: it is no more. A click says nothing of quotes. */
function quoteAfter(event: Told): string | null | undefined {
  if (event.type === 'content.clicked') return undefined;
  return event.type === 'contract.signed' ? null : event.data.validUntil;
}
