// POST /v1/events: the door for producers. 202 means that every event of the request is durable.

import assert from 'node:assert';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { maxDataDepth, maxEventBytes } from '../domain/event.ts';
import type { AcceptEvents } from '../domain/ingest/accept-events.ts';
import type { IncomingEvent } from '../domain/ingest/incoming-event.ts';
import type { Producer, ProducerKeys } from '../domain/ingest/producer.ts';
import type { Json } from '../domain/json.ts';
import type { Observe } from '../domain/observation.ts';
import { readCeHeaders } from './http-ce-headers.ts';
import {
  type Attributes,
  batchMediaType,
  checkEventBytes,
  type Mode,
  modeOf,
  readCloudEvent,
  structuredMediaType,
} from './http-cloudevents.ts';
import { problemOf } from './http-error-handlers.ts';
import { problemOfEvent, problemOfRefusal, problemOfSchema } from './http-event-problems.ts';
import { cloudEventSchema, maxBatchBytes } from './http-event-schema.ts';
import { eventsRouteSchema } from './http-events-openapi.ts';
import { parseJsonBody } from './http-json-body.ts';
import { readMediaType, requirePlainBody } from './http-media-type.ts';
import { Problem } from './http-problem.ts';
import { authenticateProducer } from './http-producer-key.ts';
import { createTurns } from './http-turns.ts';

export type EventRoutesDeps = {
  acceptEvents: AcceptEvents;
  keys: ProducerKeys;
  observe: Observe;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Who posts events, and in which mode: known before the body. */
    post: { producer: Producer; mode: Mode } | null;
  }
}

/** Levels of JSON around the data. */
const envelopeDepth = { binary: 0, structured: 1, batch: 2 } as const;

export function addEventRoutes(server: FastifyInstance, deps: EventRoutesDeps): void {
  server.register((scope, _options, done) => {
    addBodyParsers(scope);

    // Before the body: whoever has no key makes us read nothing.
    scope.decorateRequest('post', null);
    scope.addHook('onRequest', (request, _reply, next) => {
      const producer = authenticateProducer(deps.keys, request);
      request.post = { producer, mode: takeMode(request) };
      next();
    });
    scope.addHook('onError', async (_request, _reply, error) => {
      const { code, message } = problemOf(error);
      deps.observe({ kind: 'event_refused', from: 'producer', code, reason: message });
    });

    scope.post(
      '/v1/events',
      { schema: eventsRouteSchema, schemaErrorFormatter: problemOfSchema },
      async (request, reply) => {
        const { producer, mode } = postOf(request);
        const events = readEvents(request, mode);
        const isWanted = () => !request.raw.socket.destroyed;
        const accepting = deps.acceptEvents(events, producer, isWanted);
        const tickets = await accepting.catch(problemOfRefusal);
        reply.code(202);
        return { tickets };
      },
    );
    done();
  });
}

function postOf({ post }: FastifyRequest) {
  assert(post !== null, 'The hook before the body was not run.');
  return post;
}

/**
 * From here on Content-Type is the bare media type, so that nobody behind, the choice of the schema
 * included, can read it differently.
 */
function takeMode({ headers }: FastifyRequest): Mode {
  requirePlainBody(headers);
  const contentType = headers['content-type'];
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']);
  // Binary mode, an event without data.
  if (contentType === undefined && !hasBody) return 'binary';
  const mediaType = readMediaType(contentType ?? '');
  const mode = mediaType === null ? null : modeOf(mediaType);
  if (mediaType === null || mode === null) {
    const detail =
      'Send application/cloudevents+json, application/cloudevents-batch+json, or JSON.';
    throw new Problem('unsupported_media_type', `${detail} UTF-8 only.`);
  }
  headers['content-type'] = mediaType;
  return mode;
}

function addBodyParsers(scope: FastifyInstance): void {
  const { binary, structured, batch } = envelopeDepth;
  const ownTurn = createTurns();
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<Buffer>(
    // Fastify finds a type's own parser at once, and the one for all others by a search.
    [structuredMediaType, 'application/json', '*'],
    { parseAs: 'buffer', bodyLimit: maxEventBytes },
    (request, bytes, done) => {
      const isBinary = postOf(request).mode === 'binary';
      if (isBinary) checkEventBytes(bytes.length + readCeHeaders(request.headers).bytes, 0);
      done(null, parseJsonBody(bytes, (isBinary ? binary : structured) + maxDataDepth));
    },
  );
  scope.addContentTypeParser<Buffer>(
    batchMediaType,
    { parseAs: 'buffer', bodyLimit: maxBatchBytes },
    async ({ raw }: FastifyRequest, bytes: Buffer) => {
      const isWanted = await ownTurn(raw.socket);
      if (!isWanted) throw new Problem('malformed_request', 'The connection was closed.');
      return parseJsonBody(bytes, batch + maxDataDepth);
    },
  );
}

/** The schema of the route has checked structured events and batches; of binary ones, nothing. */
function readEvents(request: FastifyRequest, mode: Mode): IncomingEvent[] {
  if (mode === 'structured') return [readCloudEvent(request.body as Attributes, 0)];
  if (mode === 'batch') {
    return (request.body as readonly Attributes[]).map((attributes, index) => {
      checkEventBytes(Buffer.byteLength(JSON.stringify(attributes)), index);
      return readCloudEvent(attributes, index);
    });
  }
  const { attributes } = readCeHeaders(request.headers);
  const validate = request.compileValidationSchema(cloudEventSchema);
  const isValid = validate(attributes);
  const [error] = validate.errors ?? [];
  if (isValid !== true && error !== undefined) throw problemOfEvent(error, 0);
  const data = request.body === undefined ? {} : { data: request.body as Json };
  const datacontenttype = request.headers['content-type'];
  return [
    readCloudEvent({ ...attributes, ...data, ...(datacontenttype && { datacontenttype }) }, 0),
  ];
}
