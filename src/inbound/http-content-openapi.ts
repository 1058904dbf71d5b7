// How the routes of the clients' door are described, and what checks their query.

import { Type } from '@sinclair/typebox';
import { problemResponses } from './http-problem-schema.ts';

/** A client that waits longer is better served by a stream. */
export const maxWaitMs = 2_000;

/** 0 to 2000 without leading zeros: one way to write each number. */
const waitPattern = '^(0|[1-9][0-9]{0,2}|1[0-9]{3}|2000)$';

const slotBodySchema = Type.Object({
  state: Type.Union([Type.Literal('personal'), Type.Literal('generic'), Type.Literal('pending')]),
  stamp: Type.Optional(Type.Integer()),
  event: Type.Optional(
    Type.Object({ source: Type.String(), id: Type.String(), type: Type.String() }),
  ),
  generatedAt: Type.Optional(Type.String({ format: 'date-time' })),
  expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
  content: Type.Unknown({ description: 'JSON, as the slot has it.' }),
});

const slotsSchema = Type.Record(Type.String(), slotBodySchema);

const documentSchema = Type.Object({
  user: Type.String(),
  version: Type.Integer({ description: 'Rises with every change; 0 when nothing is stored.' }),
  slots: slotsSchema,
});

const notModified = { description: 'The client has it already: see If-None-Match.' };

/** Of content, described under a media type: answers are composed text, not serialized by it. */
function found(description: string, schema: object) {
  return { description, content: { 'application/json': { schema } } };
}

const querystring = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{1,64}$',
        description:
          'A ticket: answer once its event is settled, or when the time is up, or at once while too ' +
          'many reads wait.',
      }),
    ),
    wait: Type.Optional(
      Type.String({
        pattern: waitPattern,
        description: `How long at most, in ms. ${maxWaitMs} unless given.`,
      }),
    ),
  },
  { additionalProperties: false, dependencies: { wait: ['after'] } },
);

const refusals = problemResponses([
  ...(['malformed_request', 'unauthorized', 'forbidden', 'not_found', 'uri_too_long'] as const),
  ...(['headers_too_large', 'unavailable', 'overloaded', 'deadline_exceeded'] as const),
]);

const params = {
  user: Type.String({ description: "The token's subject, or `me`." }),
};

export const documentRouteSchema = {
  summary: "A user's content: all slots in one document",
  tags: ['content'],
  security: [{ clientToken: [] }],
  params: Type.Object(params),
  querystring,
  response: { 200: found('The document.', documentSchema), 304: notModified, ...refusals },
};

export const slotRouteSchema = {
  ...documentRouteSchema,
  summary: 'One slot of it',
  params: Type.Object({ ...params, slot: Type.String() }),
  response: { 200: found('The slot.', slotBodySchema), 304: notModified, ...refusals },
};

export const streamRouteSchema = {
  summary: 'The document now, and each that takes its place, as server-sent events',
  description:
    'Events are of the type `document`: `id` is the validator (ETag) of the document, `data` the ' +
    'document. The first one is left out if `Last-Event-ID` names it. A comment is sent when there ' +
    'is nothing new for a while. The stream ends with its token; open another one then. To be read ' +
    'with fetch: EventSource sends a cookie, but no Authorization.',
  tags: ['content'],
  security: [{ clientToken: [] }],
  params: Type.Object(params),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: {
    200: {
      description: 'Events, until the token or the server ends.',
      content: { 'text/event-stream': { schema: Type.String() } },
    },
    ...refusals,
  },
};

export const genericRouteSchema = {
  summary: 'What everyone is shown who has no content of their own',
  tags: ['content'],
  querystring: Type.Object({}, { additionalProperties: false }),
  response: {
    200: found('Generic content.', Type.Object({ slots: slotsSchema })),
    304: notModified,
    ...refusals,
  },
};
