// What a product team writes: a name and what its slot shows at first. It makes of them the slot, the
// generators that fill it, the reaction that brings feedback, and the service that runs for whoever
// develops.

import {
  contentRequested,
  defineGenerator,
  defineReaction,
  type EventType,
  type GeneratorEvent,
  type Json,
  type Part,
} from '../../domain/authors.ts';
import { userLogin } from '../offers/login.ts';
import { askProduct } from './ask-product.ts';
import { contentClicked, contentSeen, productPushed } from './events.ts';
import { renderSlot } from './look/render-slot.ts';
import type { ProductContent } from './look/schema.ts';
import { variableOf } from './product-url.ts';

/** How often a product is asked what everyone is to see. */
const genericEveryMs = 5 * 60_000;
const usualExpiryS = 12 * 3_600;
/** Nobody waits for feedback, and it may come while the product is busy with content. */
const feedbackDeadlineMs = 5_000;

export type ProductDefinition = {
  /** `travel` fills slot home.travel, and is found by HOME_TRAVEL_URL. */
  name: string;
  /** What its slot shows before the product has said anything. */
  generic: ProductContent;
  /** Starts its back end for whoever develops. */
  command?: readonly string[];
  /** Events on which it is asked for content, beside a login and a first look at the page. */
  on?: readonly EventType[];
  /** It is never asked: it reports `product.pushed`. */
  pushes?: true;
};

export function defineProduct(definition: ProductDefinition): Part {
  const { name, generic, command } = definition;
  const slot = slotOf(name);
  return {
    events: [userLogin, productPushed, contentSeen, contentClicked, ...(definition.on ?? [])],
    slots: { [slot]: { generic: render(slot, generic) } },
    generators: definition.pushes ? pushed(name) : asked(definition),
    reactions: [feedbackTo(name)],
    ...(command && {
      services: { [name]: { command, url: variableOf(name), source: sourceOf(name) } },
    }),
  };
}

export function slotOf(product: string): string {
  return `home.${product}`;
}

function sourceOf(product: string): string {
  return `/products/${product}`;
}

function asked({ name, on = [] }: ProductDefinition) {
  const slot = slotOf(name);
  return [
    defineGenerator({
      slot,
      on: [userLogin, contentRequested, ...on],
      generate: ({ event, signal }) => ask(name, event, signal),
    }),
    defineGenerator({
      ...{ slot, name: `${slot}.generic`, for: 'everyone', everyMs: genericEveryMs },
      generate: ({ event, signal }) => ask(name, event, signal),
    }),
  ];
}

async function ask(product: string, event: GeneratorEvent, signal: AbortSignal) {
  const { type, id, acceptedAt, data } = event;
  const user = event.user === '' ? null : event.user;
  const body = { user, event: { type, id, acceptedAt, data } };
  const content = await askProduct({ product, path: '/content', body, signal });
  return content === null ? undefined : shown(product, content, event);
}

function pushed(name: string) {
  const common = { slot: slotOf(name), on: [productPushed], only: { product: name } } as const;
  const generate = ({ event }: { event: GeneratorEvent<{ content: ProductContent }> }) => {
    // Keys of producers are good for sources: so a key of one product pushes nothing for another.
    if (event.source !== sourceOf(name)) {
      throw new Error(`Only ${sourceOf(name)} may push for ${name}, and not ${event.source}.`);
    }
    return shown(name, event.data.content, event);
  };
  return [
    defineGenerator({ ...common, generate }),
    defineGenerator({ ...common, name: `${common.slot}.generic`, for: 'everyone', generate }),
  ];
}

/** A card is JSON, of a type that is not known so closely. */
function render(slot: string, content: unknown): Json {
  return renderSlot({ slot, content }) as unknown as Json;
}

/** What everyone sees stays until there is newer: old deals still beat an empty page. */
function shown(product: string, content: unknown, { user, acceptedAt }: GeneratorEvent) {
  try {
    const rendered = render(slotOf(product), content);
    if (user === '') return { content: rendered };
    const { expiresInS = usualExpiryS } = content as ProductContent;
    return {
      content: rendered,
      expiresAt: new Date(acceptedAt.getTime() + expiresInS * 1_000),
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`${product} sent content that its team must mend: ${message}`, { cause });
  }
}

function feedbackTo(product: string) {
  return defineReaction({
    name: `${slotOf(product)}.feedback`,
    on: [contentSeen, contentClicked],
    only: { slot: slotOf(product) },
    deadlineMs: feedbackDeadlineMs,
    async handle({ event, signal }) {
      const seen = event.type === 'content.seen' ? event.data.items : [];
      const clicked = event.type === 'content.clicked' ? [event.data.item] : [];
      const body = { user: event.user, seen, clicked };
      await askProduct({ product, path: '/feedback', body, signal });
    },
  });
}
