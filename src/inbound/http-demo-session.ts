// /demo/session in solo mode: stands for a company's login, at every region. It gives the token of a
// user to whoever sits at this machine, as a cookie and for minutes as text; nothing deployed does.

import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { requireDemoHost, requireDemoPage } from './http-demo-guard.ts';
import { Problem } from './http-problem.ts';
import type { AuthenticateClient } from './http-tokens.ts';

export type DemoPerson = { user: string; name: string; about: string };

export type DemoSessionDeps = {
  path: string;
  /** This region as a browser writes it; its page may also be opened at localhost. */
  origin: string;
  people: readonly DemoPerson[];
  /** The cookie in which replicas look for a token. */
  tokenCookie: string;
  sessionTtlS: number;
  /** Of a token that scripts see: they ask for another one before it ends. */
  tokenTtlS: number;
  authenticate: AuthenticateClient;
  signToken: (user: string, ttlS: number) => Promise<string>;
  /** Tells the platform; rejects when it was not accepted. */
  reportLogin: (user: string) => Promise<void>;
  nowMs: () => number;
};

const loginSchema = Type.Object(
  { user: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]) },
  { additionalProperties: false },
);

export function addDemoSessionRoutes(server: FastifyInstance, deps: DemoSessionDeps): void {
  const { path, people, tokenCookie, sessionTtlS, tokenTtlS } = deps;
  const users = new Set(people.map(({ user }) => user));

  server.register((scope, _options, done) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      const origin = openedAt(request, deps.origin);
      const page = `${origin}/`;
      if (request.method === 'POST') requireDemoPage(request, origin, page);
      else requireDemoHost(request, origin, page);
    });
    scope.get(path, { schema: { hide: true } }, async (request) => {
      return { user: await userOf(request), people };
    });
    scope.post(path, { schema: { hide: true, body: loginSchema } }, logIn);
    scope.post(`${path}/token`, { schema: { hide: true } }, async (request) => {
      const user = await userOf(request);
      if (user === null) throw new Problem('unauthorized', 'Nobody is logged in.');
      const expiresAt = new Date(deps.nowMs() + tokenTtlS * 1_000).toISOString();
      return { token: await deps.signToken(user, tokenTtlS), expiresAt };
    });
    done();
  });

  async function logIn(request: FastifyRequest, reply: FastifyReply) {
    const { user } = request.body as Static<typeof loginSchema>;
    if (user !== null && !users.has(user)) {
      throw new Problem('forbidden', 'Only the people of the demo log in here.');
    }
    // The event first: whoever is told that they are logged in finds what follows from it.
    if (user !== null) await deps.reportLogin(user);
    const token = user === null ? '' : await deps.signToken(user, sessionTtlS);
    const maxAge = user === null ? 0 : sessionTtlS;
    const rules = `Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Strict`;
    return reply.code(204).header('set-cookie', `${tokenCookie}=${token}; ${rules}`).send();
  }

  /** Of the cookie alone: what a script knows is no session. */
  async function userOf({ headers: { cookie } }: FastifyRequest): Promise<string | null> {
    try {
      return (await deps.authenticate({ cookie })).user;
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }
}

/** Cookies tell the two names of this machine apart, so a session is at the one that was opened. */
function openedAt({ headers: { host } }: FastifyRequest, origin: string): string {
  const { port } = new URL(origin);
  return host === `localhost:${port}` ? `http://${host}` : origin;
}
