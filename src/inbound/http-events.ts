// POST /v1/events: the door for producers. 202 means that every event of the request is durable.

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
  modeOf,
  readCloudEvent,
} from './http-cloudevents.ts';
import { problemOf } from './http-error-handlers.ts';
import { problemOfEvent, problemOfRefusal, problemOfSchema } from './http-event-problems.ts';
import { cloudEventSchema, maxBatchBytes } from './http-event-schema.ts';
import { eventsRouteSchema } from './http-events-openapi.ts';
import { parseJsonBody } from './http-json-body.ts';
import { readMediaType } from './http-media-type.ts';
import { Problem } from './http-problem.ts';
import { authenticateProducer } from './http-producer-key.ts';

export type EventRoutesDeps = {
  acceptEvents: AcceptEvents;
  keys: ProducerKeys;
  observe: Observe;
};

/** Levels of JSON around the data. */
const envelopeDepth = { binary: 0, structured: 1, batch: 2 } as const;

export function addEventRoutes(server: FastifyInstance, deps: EventRoutesDeps): void {
  const producers = new WeakMap<FastifyRequest, Producer>();

  server.register((scope, _options, done) => {
    addBodyParsers(scope);

    // Before the body: whoever has no key makes us read nothing.
    scope.addHook('onRequest', async (request) => {
      producers.set(request, authenticateProducer(deps.keys, request));
      checkBodyType(request);
    });
    scope.addHook('onError', async (_request, _reply, error) => {
      const { code, message } = problemOf(error);
      deps.observe({ kind: 'event_refused', code, reason: message });
    });

    scope.post(
      '/v1/events',
      { schema: eventsRouteSchema, schemaErrorFormatter: problemOfSchema },
      async (request, reply) => {
        const events = readEvents(request);
        const producer = producers.get(request) as Producer;
        const tickets = await deps.acceptEvents(events, producer).catch(problemOfRefusal);
        reply.code(202);
        return { tickets };
      },
    );
    done();
  });
}

/**
 * From here on Content-Type is the bare media type, so that nobody behind, the choice of the schema
 * included, can read it differently.
 */
function checkBodyType(request: FastifyRequest): void {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported_encoding', 'Send the body as it is, not compressed.');
  }
  const contentType = headers['content-type'];
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']);
  if (modeOf(contentType) === null || (contentType === undefined && hasBody)) {
    const detail =
      'Send application/cloudevents+json, application/cloudevents-batch+json, or JSON.';
    throw new Problem('unsupported_media_type', `${detail} UTF-8 only.`);
  }
  if (contentType !== undefined) headers['content-type'] = readMediaType(contentType) as string;
}

function addBodyParsers(scope: FastifyInstance): void {
  async function parse(request: FastifyRequest, bytes: Buffer): Promise<Json> {
    const mode = modeOf(request.headers['content-type']) ?? 'binary';
    if (mode === 'binary') checkEventBytes(bytes.length + readCeHeaders(request.headers).bytes, 0);
    return parseJsonBody(bytes, envelopeDepth[mode] + maxDataDepth);
  }
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxEventBytes }, parse);
  scope.addContentTypeParser(
    batchMediaType,
    { parseAs: 'buffer', bodyLimit: maxBatchBytes },
    parse,
  );
}

/** The schema of the route has checked structured events and batches; of binary ones, nothing. */
function readEvents(request: FastifyRequest): IncomingEvent[] {
  const mode = modeOf(request.headers['content-type']);
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
