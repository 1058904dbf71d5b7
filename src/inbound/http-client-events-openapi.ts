// How POST /v1/client-events is described, and what checks its body before the handler runs.

import { type Static, Type } from '@sinclair/typebox';
import { maxEventBytes, maxIdChars } from '../domain/event.ts';
import { ticketsSchema } from './http-event-schema.ts';
import { problemResponses } from './http-problem-schema.ts';

const maxClientEvents = 100;
/** Of all of them together: a browser keeps no more alive when its page is left. */
export const maxClientBytes = maxEventBytes;

/** Closed: who reports, and about whom, the token alone says. */
const closed = { additionalProperties: false };

const clientEventSchema = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: maxIdChars,
      description: 'Names the event among those of its user. Sent again, it is the same event.',
    }),
    type: Type.String({ minLength: 1, maxLength: 255 }),
    data: Type.Optional(Type.Unknown({ description: "JSON that fits the event type's schema." })),
  },
  closed,
);

const bodySchema = Type.Object(
  { events: Type.Array(clientEventSchema, { minItems: 1, maxItems: maxClientEvents }) },
  closed,
);

export type ClientEventsBody = Static<typeof bodySchema>;

export const clientEventsRouteSchema = {
  summary: "Report events from a user's browser",
  description: [
    'Only types that their authors marked `fromClients`, about the user of the token, from pages of',
    'origins that are allowed. All or none are accepted; 202 means that every event is durable.',
    'A cookie is not looked at. To be sent with fetch and `keepalive`, also when a page is left.',
  ].join(' '),
  tags: ['events'],
  security: [{ clientToken: [] }],
  querystring: { type: 'object', properties: {}, additionalProperties: false },
  body: bodySchema,
  response: {
    202: { description: 'Durable. One ticket per event, in their order.', ...ticketsSchema },
    ...problemResponses([
      ...(['malformed_request', 'malformed_event', 'unauthorized', 'forbidden'] as const),
      ...(['request_timeout', 'body_too_large', 'too_many_events'] as const),
      ...(['unsupported_media_type', 'unsupported_encoding', 'unknown_type'] as const),
      ...(['reserved_type', 'invalid_data', 'rate_exceeded', 'headers_too_large'] as const),
      ...(['unavailable', 'overloaded', 'deadline_exceeded'] as const),
    ]),
  },
} as const;
