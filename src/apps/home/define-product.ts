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
  type SlotDefinition,
} from '../../domain/authors.ts';
import { userLogin } from '../offers/login.ts';
import { askProduct } from './ask-product.ts';
import { contentClicked, contentSeen, productPushed } from './events.ts';
import { type ClientAction, clientActionsIn } from './look/links.ts';
import { renderSlot } from './look/render-slot.ts';
import type { ProductContent } from './look/schema.ts';
import { variableOf } from './product-url.ts';

/** How often a product is asked what everyone is to see. */
const genericEveryMs = 5 * 60_000;
const usualExpiryS = 12 * 3_600;
/** Nobody waits for feedback, and it may come while the product is busy with content. */
const feedbackDeadlineMs = 5_000;
/** Within the deadline, so that what takes longer is given up by ourselves. */
const seenPatienceMs = 3_000;

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
  /** What else its back end reports. Its key is good for nothing more, and there is none for nothing. */
  reports?: readonly EventType[];
  /**
   * What its buttons may ask of the client beside leading to a page. What a back end sends is seen by
   * nobody before it is shown, and one press on such a button signs a contract.
   */
  asks?: readonly ClientAction[];
};

export function defineProduct(definition: ProductDefinition): Part {
  const { name, command } = definition;
  const slot = slotOf(name);
  return {
    events: [userLogin, productPushed, contentSeen, contentClicked, ...(definition.on ?? [])],
    slots: { [slot]: renderedWhenShown(definition) },
    generators: definition.pushes ? pushed(definition) : asked(definition),
    reactions: [feedbackTo(name)],
    ...(command && {
      services: { [name]: { command, url: variableOf(name), ...reportedBy(definition) } },
    }),
  };
}

export function slotOf(product: string): string {
  return `home.${product}`;
}

function reportedBy({ name, pushes, reports = [] }: ProductDefinition) {
  const types = [...(pushes ? [productPushed] : []), ...reports].map(({ type }) => type);
  return types.length === 0 ? {} : { source: sourceOf(name), types };
}

function sourceOf(product: string): string {
  return `/products/${product}`;
}

function asked(definition: ProductDefinition) {
  const { name, on = [] } = definition;
  const slot = slotOf(name);
  return [
    defineGenerator({
      slot,
      on: [userLogin, contentRequested, ...on],
      generate: ({ event, signal }) => ask(definition, event, signal),
    }),
    defineGenerator({
      ...{ slot, name: `${slot}.generic`, for: 'everyone', everyMs: genericEveryMs },
      generate: ({ event, signal }) => ask(definition, event, signal),
    }),
  ];
}

async function ask(definition: ProductDefinition, event: GeneratorEvent, signal: AbortSignal) {
  const product = definition.name;
  const { type, id, acceptedAt, data } = event;
  const user = event.user === '' ? null : event.user;
  const body = { user, event: { type, id, acceptedAt, data } };
  const content = await askProduct({ product, path: '/content', body, signal });
  return content === null ? undefined : shown(definition, content, event);
}

function pushed(definition: ProductDefinition) {
  const { name } = definition;
  const common = { slot: slotOf(name), on: [productPushed], only: { product: name } } as const;
  const generate = ({ event }: { event: GeneratorEvent<{ content: ProductContent }> }) => {
    // Keys of producers are good for sources: so a key of one product pushes nothing for another.
    if (event.source !== sourceOf(name)) {
      throw new Error(`Only ${sourceOf(name)} may push for ${name}, and not ${event.source}.`);
    }
    return shown(definition, event.data.content, event);
  };
  return [
    defineGenerator({ ...common, generate }),
    defineGenerator({ ...common, name: `${common.slot}.generic`, for: 'everyone', generate }),
  ];
}

/** Of all processes only replicas show it, and to render five products takes a tenth of a second. */
function renderedWhenShown(definition: ProductDefinition): SlotDefinition {
  let rendered: Json | undefined;
  return {
    get generic() {
      rendered ??= render(definition, definition.generic);
      return rendered;
    },
  };
}

/** A card is JSON, of a type that is not known so closely. */
function render({ name, asks = [] }: ProductDefinition, content: unknown): Json {
  const rendered = renderSlot({ slot: slotOf(name), content });
  const more = clientActionsIn(content).find((action) => !asks.includes(action));
  if (more === undefined) return rendered as unknown as Json;
  throw new Error(`no button of ${name} may ask for home:${more}: it is not defined with that.`);
}

/** What everyone sees stays until there is newer: old deals still beat an empty page. */
function shown(
  definition: ProductDefinition,
  content: unknown,
  { user, acceptedAt }: GeneratorEvent,
) {
  try {
    const rendered = render(definition, content);
    if (user === '') return { content: rendered };
    const { expiresInS = usualExpiryS } = content as ProductContent;
    return {
      content: rendered,
      expiresAt: new Date(acceptedAt.getTime() + expiresInS * 1_000),
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`${definition.name} sent content that its team must mend: ${message}`, {
      cause,
    });
  }
}

function feedbackTo(product: string) {
  return defineReaction({
    name: `${slotOf(product)}.feedback`,
    on: [contentSeen, contentClicked],
    only: { slot: slotOf(product) },
    deadlineMs: feedbackDeadlineMs,
    async handle({ event, signal, log }) {
      const tell = (told: { seen: string[]; clicked: string[] }, until: AbortSignal) =>
        askProduct({
          product,
          path: '/feedback',
          body: { user: event.user, ...told },
          signal: until,
        });
      if (event.type === 'content.clicked') {
        await tell({ seen: [], clicked: [event.data.item] }, signal);
        return;
      }
      // Later it would be news to nobody: many times as many dead letters as there are faults.
      const until = AbortSignal.any([signal, AbortSignal.timeout(seenPatienceMs)]);
      await tell({ seen: event.data.items, clicked: [] }, until).catch((error: Error) =>
        log.warn(`What was seen is not told. ${error.message}`),
      );
    },
  });
}
