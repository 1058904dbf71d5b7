// What products, and the people who look at the page, report.

import { Type } from '@sinclair/typebox';
import { defineEvent } from '../../domain/authors.ts';
import { id } from './look/id.ts';
import { pushedContent } from './pushed-content.ts';

const closed = { additionalProperties: false };
const slot = Type.String({ pattern: '^[a-z][a-z0-9.-]{0,63}$' });
const time = Type.String({ format: 'date-time', maxLength: 40 });

/** A person has a quote that holds until then; insurance reports it. */
export const quoteSaved = defineEvent({
  type: 'quote.saved',
  schema: Type.Object({ quote: id, validUntil: time }, closed),
});

/** A person wants the contract. What comes of it is for insurance to say. */
export const quoteAccepted = defineEvent({
  type: 'quote.accepted',
  fromClients: true,
  schema: Type.Object({ quote: id }, closed),
});

export const contractSigned = defineEvent({
  type: 'contract.signed',
  schema: Type.Object({ quote: id, contract: id }, closed),
});

/** A person wants out of a contract. */
export const withdrawalRequested = defineEvent({
  type: 'withdrawal.requested',
  fromClients: true,
  schema: Type.Object({ contract: id }, closed),
});

/** The quote that it was made of holds again, until then. */
export const contractWithdrawn = defineEvent({
  type: 'contract.withdrawn',
  schema: Type.Object({ quote: id, contract: id, validUntil: time }, closed),
});

/** A product says what its slot is to show: to one person or, without a subject, to everyone. */
export const productPushed = defineEvent({
  type: 'product.pushed',
  schema: Type.Object({ product: id, content: pushedContent }, closed),
});

/** One report for all items that came into view meanwhile. It has time. */
export const contentSeen = defineEvent({
  type: 'content.seen',
  lane: 'bulk',
  fromClients: true,
  schema: Type.Object({ slot, items: Type.Array(id, { minItems: 1, maxItems: 50 }) }, closed),
});

export const contentClicked = defineEvent({
  type: 'content.clicked',
  fromClients: true,
  schema: Type.Object({ slot, item: id }, closed),
});

/** A client could not draw what a slot holds. */
export const contentFailed = defineEvent({
  type: 'content.failed',
  lane: 'bulk',
  fromClients: true,
  schema: Type.Object({ slot, reason: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
});
