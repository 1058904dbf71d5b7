// GET /v1/content/… and /v1/generic: the door for clients.

import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReadAfter, ReadContent } from '../domain/replica/read-content.ts';
import {
  documentRouteSchema,
  genericRouteSchema,
  maxWaitMs,
  slotRouteSchema,
} from './http-content-openapi.ts';
import { addCors, type CorsOffer, varyWith } from './http-cors.ts';
import { sendValidated } from './http-etag.ts';
import { Problem } from './http-problem.ts';
import { addStreamRoute, type StreamRouteDeps } from './http-stream.ts';
import type { AuthenticateClient } from './http-tokens.ts';

export type ContentRoutesDeps = Omit<StreamRouteDeps, 'readDocument'> & {
  read: ReadContent;
  authenticate: AuthenticateClient;
  /** How long shared caches may keep what is for everyone. */
  genericMaxAgeS: number;
  /** Origins whose pages may read what is here. */
  corsOrigins: readonly string[];
};

/** No cache but the client's own keeps it, and that one asks before it uses it. */
const personal = 'private, no-cache';

/** In a path, whoever the token is about. */
const self = 'me';

type Query = Static<typeof documentRouteSchema.querystring>;
type DocumentRoute = { Params: { user: string }; Querystring: Query };
type SlotRoute = { Params: { user: string; slot: string }; Querystring: Query };

const paths = {
  document: '/v1/content/:user',
  slot: '/v1/content/:user/:slot',
  generic: '/v1/generic',
};

const mayRead: CorsOffer = {
  methods: 'GET, HEAD',
  headers: 'Authorization, If-None-Match, Last-Event-ID',
  exposed: 'ETag, Retry-After',
  withCookies: true,
};

export function addContentRoutes(server: FastifyInstance, deps: ContentRoutesDeps): void {
  const { read, corsOrigins: origins } = deps;
  server.register((scope, _options, done) => {
    addCors(scope, { origins, paths: Object.values(paths), offer: mayRead });
    scope.get(paths.generic, { schema: genericRouteSchema }, generic);
    scope.register((personalScope, _personalOptions, personalDone) => {
      addPersonalRoutes(personalScope);
      personalDone();
    });
    done();
  });

  function addPersonalRoutes(scope: FastifyInstance): void {
    const vary = varyWith(['Authorization', 'Cookie'], origins);
    scope.decorateRequest('client', null);
    // Before anything is looked at, so that refusals and 304 carry the headers as well, and whoever
    // has no token learns nothing from the order in which a request is checked.
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'cache-control': personal, vary, 'accept-ranges': 'none' });
      await authorize(request as FastifyRequest<DocumentRoute>, deps.authenticate);
    });
    scope.get<DocumentRoute>(paths.document, { schema: documentRouteSchema }, document);
    scope.get<SlotRoute>(paths.slot, { schema: slotRouteSchema }, slot);
    addStreamRoute(scope, { ...deps, readDocument: read.watched });
  }

  async function document(request: FastifyRequest<DocumentRoute>, reply: FastifyReply) {
    return send(request, reply, await read.document(request.params.user, afterOf(request)));
  }

  async function slot(request: FastifyRequest<SlotRoute>, reply: FastifyReply) {
    const { user, slot: name } = request.params;
    const body = await read.slot(user, name, afterOf(request));
    if (body === null) throw new Problem('not_found', 'There is no such slot.');
    return send(request, reply, body);
  }

  async function generic(request: FastifyRequest, reply: FastifyReply) {
    reply.headers({
      'cache-control': `public, max-age=${deps.genericMaxAgeS}`,
      'accept-ranges': 'none',
    });
    return send(request, reply, read.genericDocument());
  }
}

/** From here on the user of the path is the subject of the token. */
async function authorize(
  request: FastifyRequest<DocumentRoute>,
  authenticate: AuthenticateClient,
): Promise<void> {
  const client = await authenticate(request.headers);
  const { user } = request.params;
  if (user !== self && user !== client.user) {
    // Said of everybody, whether there is such a user or not.
    throw new Problem('forbidden', 'A token reads the content of its own subject only.');
  }
  request.params.user = client.user;
  request.client = client;
}

function afterOf(request: FastifyRequest<{ Querystring: Query }>): ReadAfter | null {
  const { after, wait } = request.query;
  if (after === undefined) return null;
  const waitMs = wait === undefined ? maxWaitMs : Number(wait);
  return { ticket: after, waitMs, signal: request.signal };
}

function send(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  return sendValidated(request, reply, { type: 'application/json', bytes: Buffer.from(json) });
}
