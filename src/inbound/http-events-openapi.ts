// How POST /v1/events is described, and what checks its body before the handler runs.

import { batchMediaType, structuredMediaType } from './http-cloudevents.ts';
import { cloudEventBatchSchema, cloudEventSchema, ticketsSchema } from './http-event-schema.ts';
import { problemResponses } from './http-problem-schema.ts';

const ceHeaders = ['specversion', 'id', 'source', 'type', 'subject', 'time', 'lane'];

export const eventsRouteSchema = {
  summary: 'Send events',
  description: [
    'CloudEvents 1.0: structured, binary (attributes in `ce-` headers, data in the body), or a',
    'batch, which is accepted as a whole or not at all. 202 means that every event is durable.',
    'After any other answer, or none, send the same events again: nothing is done twice.',
  ].join(' '),
  tags: ['events'],
  security: [{ producerKey: [] }],
  // Without `properties` the generator takes the members of the schema itself for parameters.
  querystring: { type: 'object', properties: {}, additionalProperties: false },
  headers: {
    type: 'object',
    properties: Object.fromEntries(
      ceHeaders.map((name) => [
        `ce-${name}`,
        { type: 'string', description: 'Binary mode only. Percent-encoded UTF-8.' },
      ]),
    ),
  },
  body: {
    content: {
      [structuredMediaType]: { schema: cloudEventSchema },
      [batchMediaType]: { schema: cloudEventBatchSchema },
      'application/json': { schema: { description: 'Binary mode: the data of the event.' } },
    },
  },
  response: {
    202: { description: 'Durable. One ticket per event, in their order.', ...ticketsSchema },
    ...problemResponses([
      ...(['malformed_request', 'malformed_event', 'unauthorized', 'forbidden'] as const),
      ...([
        'reserved_source',
        'request_timeout',
        'body_too_large',
        'event_too_large',
        'too_many_events',
      ] as const),
      ...(['unsupported_media_type', 'unsupported_encoding', 'unknown_type'] as const),
      ...(['reserved_type', 'invalid_subject', 'invalid_lane', 'invalid_data'] as const),
      ...(['headers_too_large', 'unavailable', 'overloaded', 'deadline_exceeded'] as const),
    ]),
  },
} as const;
