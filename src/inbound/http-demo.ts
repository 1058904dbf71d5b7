// /demo in solo mode: a page that shows what the platform is for, and the back end of a shop that it
// needs for that. Nothing here is for production, and no other process can serve it.

import type { Readable } from 'node:stream';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DemoFile, demoHeaders } from './http-demo-files.ts';
import { requireDemoHost, requireDemoPage } from './http-demo-guard.ts';
import { Problem } from './http-problem.ts';

export type DemoStage = {
  people: readonly { user: string; name: string; about: string }[];
  categories: readonly string[];
  regions: readonly { name: string; url: string }[];
  /** Between asking a far back end and its answer. */
  farMs: number;
};

export type DemoRoutesDeps = {
  /** The only one whose pages may use this, as a browser writes it. */
  origin: string;
  files: ReadonlyMap<string, DemoFile>;
  stage: DemoStage;
  /** What the user may read with, for a few minutes. */
  signToken: (user: string) => Promise<string>;
  /** Posts an event as the shop would, and tells its steps; `null`: too many are on their way. */
  report: (event: ReportedDeed) => Readable | null;
  /**
   * JSON text of what the user's newest event leads to, made now; `null` when there was none since
   * the start. Rejects with `overloaded` or `unavailable`.
   */
  generateFarAway: (user: string) => Promise<{ contentJson: string; generatedInMs: number } | null>;
};

/** The page chooses the id, so that it knows the content that follows from it. */
export type ReportedDeed = Static<typeof eventSchema>;

const userSchema = Type.Object({ user: Type.String() }, { additionalProperties: false });
const eventSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
    user: Type.String(),
    type: Type.String(),
    data: Type.Record(Type.String(), Type.String({ maxLength: 64 })),
  },
  { additionalProperties: false },
);

export function addDemoRoutes(server: FastifyInstance, deps: DemoRoutesDeps): void {
  const { origin, files, stage } = deps;
  const headers = demoHeaders(stage.regions.map(({ url }) => url));
  const people = new Set(stage.people.map(({ user }) => user));

  server.register((scope, _options, done) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers(headers);
      if (request.method === 'POST') requireDemoPage(request, origin);
      else requireDemoHost(request, origin);
    });
    scope.get('/demo', { schema: { hide: true } }, (request, reply) => page(request, reply));
    scope.get('/demo/', { schema: { hide: true } }, (_request, reply) => {
      reply.redirect('/demo', 308);
    });
    scope.get('/demo/stage', { schema: { hide: true } }, async () => stage);
    scope.get<{ Params: { file: string } }>(
      '/demo/:file',
      { schema: { hide: true } },
      (request, reply) => sendFile(reply, request.params.file),
    );
    scope.post('/demo/token', { schema: { hide: true, body: userSchema } }, async (request) => {
      return { token: await deps.signToken(personIn(request.body)) };
    });
    scope.post('/demo/events', { schema: { hide: true, body: eventSchema } }, report);
    scope.post('/demo/far', { schema: { hide: true, body: userSchema } }, far);
    done();
  });

  /** The page's own address is one: cookies, tokens and the list of origins depend on it. */
  function page(request: FastifyRequest, reply: FastifyReply) {
    if (`http://${request.headers.host}` === origin) return sendFile(reply, 'page.html');
    return reply.redirect(`${origin}/demo`, 302);
  }

  function sendFile(reply: FastifyReply, name: string) {
    const file = files.get(name);
    if (file === undefined) throw new Problem('not_found', 'The demo has no such file.');
    return reply.type(file.type).send(file.bytes);
  }

  function personIn(body: unknown): string {
    const { user } = body as Static<typeof userSchema>;
    if (people.has(user)) return user;
    throw new Problem('forbidden', 'The demo acts for the people on its stage only.');
  }

  async function report(request: FastifyRequest, reply: FastifyReply) {
    personIn(request.body);
    const steps = deps.report(request.body as ReportedDeed);
    if (steps === null) throw new Problem('overloaded', 'Too many events are being followed.');
    return reply.type('application/x-ndjson').send(steps);
  }

  async function far(request: FastifyRequest) {
    const made = await deps.generateFarAway(personIn(request.body));
    if (made === null) throw new Problem('not_found', 'Nothing was reported of this user yet.');
    return { content: JSON.parse(made.contentJson), generatedInMs: made.generatedInMs };
  }
}
