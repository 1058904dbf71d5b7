// POST /v1/client-events: the door for browsers. What they report is about their own user.

import assert from 'node:assert';
import type { FastifyInstance, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import { maxDataDepth } from '../domain/event.ts';
import type { AcceptClientEvents } from '../domain/ingest/accept-client-events.ts';
import { RateExceeded } from '../domain/ingest/user-rate.ts';
import type { Json } from '../domain/json.ts';
import type { Observe } from '../domain/observation.ts';
import {
  type ClientEventsBody,
  clientEventsRouteSchema,
  maxClientBytes,
} from './http-client-events-openapi.ts';
import { addCors, type CorsOffer } from './http-cors.ts';
import { problemOf } from './http-error-handlers.ts';
import { problemOfRefusal, problemOfSchema } from './http-event-problems.ts';
import { parseJsonBody } from './http-json-body.ts';
import { readMediaType, requirePlainBody } from './http-media-type.ts';
import { Problem } from './http-problem.ts';
import type { AuthenticateClient } from './http-tokens.ts';

export type ClientEventRoutesDeps = {
  acceptClientEvents: AcceptClientEvents;
  authenticate: AuthenticateClient;
  /** Origins whose pages may report. */
  corsOrigins: readonly string[];
  observe: Observe;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** The user whose browser reports: known before the body. */
    reporter: string | null;
  }
}

const path = '/v1/client-events';

/** No cookies: a browser adds them to what any page sends, so they say nothing about who wants it. */
const mayReport: CorsOffer = {
  methods: 'POST',
  headers: 'Authorization, Content-Type',
  exposed: 'Retry-After',
  withCookies: false,
};

/** Levels of JSON around the data: the body, its events, and each of them. */
const envelopeDepth = 3;

export function addClientEventRoutes(server: FastifyInstance, deps: ClientEventRoutesDeps): void {
  const allowed = new Set(deps.corsOrigins);
  server.register((scope, _options, done) => {
    addBodyParser(scope);
    scope.decorateRequest('reporter', null);
    addCors(scope, { origins: deps.corsOrigins, paths: [path], offer: mayReport });
    scope.addHook('onError', async (_request, _reply, error) => {
      const { code, message } = problemOf(error);
      deps.observe({ kind: 'event_refused', from: 'client', code, reason: message });
    });
    scope.post<{ Body: ClientEventsBody }>(
      path,
      {
        schema: clientEventsRouteSchema,
        schemaErrorFormatter: problemOfBody,
        // Before the body: whoever may not report makes us read nothing.
        onRequest: async (request) => {
          requireOrigin(request, allowed);
          const { authorization } = request.headers;
          request.reporter = (await deps.authenticate({ authorization })).user;
          requireJson(request);
        },
      },
      async (request, reply) => {
        const { body, reporter, raw } = request;
        assert(reporter !== null, 'The hook before the body was not run.');
        const events = body.events.map(({ id, type, data }) => {
          return { id, type, data: (data as Json | undefined) ?? null };
        });
        const isWanted = () => !raw.socket.destroyed;
        const accepting = deps.acceptClientEvents(events, reporter, isWanted);
        const tickets = await accepting.catch(problemOfClient);
        reply.code(202);
        return { tickets };
      },
    );
    done();
  });
}

/** In place of these routes, where nobody's token can be verified. */
export function addNoClientEventRoutes(server: FastifyInstance): void {
  server.post(path, {
    schema: { hide: true },
    onRequest: async () => {
      const why = 'This ingest takes no client events: it was given no keys of clients.';
      throw new Problem('not_found', why);
    },
    handler: () => assert.fail('It was refused before.'),
  });
}

/** Every browser tells it with a POST. Without it, or with another, no page of ours sent this. */
function requireOrigin({ headers }: FastifyRequest, allowed: ReadonlySet<string>): void {
  if (headers.origin !== undefined && allowed.has(headers.origin)) return;
  const who = headers.origin === undefined ? 'Origin is missing.' : 'This origin is not allowed.';
  throw new Problem('forbidden', `${who} Only pages of origins on a list report events here.`);
}

/** Of other types a browser sends some without asking whether it may. */
function requireJson({ headers }: FastifyRequest): void {
  requirePlainBody(headers);
  if (readMediaType(headers['content-type'] ?? '') !== 'application/json') {
    throw new Problem('unsupported_media_type', 'Send application/json, UTF-8 only.');
  }
  headers['content-type'] = 'application/json';
}

function addBodyParser(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxClientBytes },
    (_request, bytes, done) => done(null, parseJsonBody(bytes, envelopeDepth + maxDataDepth)),
  );
}

/** The same words as for a batch of a producer: only its events stand one level deeper. */
function problemOfBody(errors: FastifySchemaValidationError[], part: string): Problem {
  const [error, ...others] = errors;
  const [, inBatch] = /^\/events(.*)$/.exec(error?.instancePath ?? '') ?? [];
  if (part === 'body' && error !== undefined && inBatch !== undefined) {
    return problemOfSchema([{ ...error, instancePath: inBatch }, ...others], part);
  }
  return new Problem('malformed_request', `The body ${error?.message ?? 'is not valid'}.`);
}

function problemOfClient(error: unknown): never {
  if (!(error instanceof RateExceeded)) return problemOfRefusal(error);
  const retryAfterS = Math.ceil(error.retryAfterMs / 1_000);
  throw new Problem('rate_exceeded', error.message, { retryAfterS, cause: error });
}
