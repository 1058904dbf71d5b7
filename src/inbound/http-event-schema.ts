// What a CloudEvent may look like here: the schemas that check it and that OpenAPI shows.

import { maxIdChars } from '../domain/event.ts';

/** Limits of what a producer may send at once. */
export const maxBatchBytes = 1024 * 1024;
export const maxBatchEvents = 1_000;

const optionalText = (maxLength: number) => ({ type: ['string', 'null'], minLength: 1, maxLength });

/** CloudEvents 1.0 with the limits it leaves to us. `null` means absent, as its JSON format says. */
export const cloudEventSchema = {
  title: 'CloudEvent',
  type: 'object',
  required: ['specversion', 'id', 'source', 'type'],
  propertyNames: { pattern: '^(?:[a-z0-9]{1,64}|data_base64)$' },
  maxProperties: 64,
  properties: {
    specversion: { const: '1.0' },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: maxIdChars,
      description: 'With source it names the event. Sent again, it is the same event.',
    },
    source: {
      type: 'string',
      minLength: 1,
      // With the longest id, user and name it still fits an index of Postgres: 2,704 bytes.
      maxLength: 1024,
      format: 'uri-reference',
      // A source is shown to operators: it must not be a link that runs.
      pattern: '^(?!(?:[jJ][aA][vV][aA]|[vV][bB])[sS][cC][rR][iI][pP][tT]:|[dD][aA][tT][aA]:)',
    },
    type: { type: 'string', minLength: 1, maxLength: 255 },
    subject: {
      ...optionalText(2048),
      description: 'The user the event is about. Absent: it is about everyone.',
    },
    time: {
      ...optionalText(64),
      format: 'date-time',
      description: 'RFC 3339. It does not decide which event is newer.',
    },
    datacontenttype: { ...optionalText(255), description: 'Absent, or a JSON media type.' },
    dataschema: { ...optionalText(2048), format: 'uri', description: 'It is never fetched.' },
    schemaurl: { type: 'null', description: 'Of CloudEvents 0.3: send dataschema.' },
    lane: { ...optionalText(64), description: 'bulk lowers the lane of this event.' },
    data: { description: "JSON that fits the event type's schema." },
    data_base64: { description: 'Not taken: send JSON in data.' },
  },
  additionalProperties: {
    description: 'Extension attributes.',
    type: ['string', 'boolean', 'integer', 'null'],
    minimum: -2_147_483_648,
    maximum: 2_147_483_647,
  },
} as const;

export const cloudEventBatchSchema = {
  title: 'Batch',
  type: 'array',
  minItems: 1,
  maxItems: maxBatchEvents,
  items: cloudEventSchema,
} as const;

export const ticketsSchema = {
  title: 'Tickets',
  type: 'object',
  required: ['tickets'],
  properties: {
    tickets: {
      type: 'array',
      items: { type: 'string' },
      description: 'One per event, in their order.',
    },
  },
} as const;
