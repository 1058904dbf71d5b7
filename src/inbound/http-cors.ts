// Which pages of other origins may read what is here, by a list (CORS, as fetch defines it).
//
// An origin that is not on the list is answered like a caller without one: its browser then keeps
// the answer from the page. Nginx gives the same headers with what it serves from files.

import type { FastifyInstance } from 'fastify';

const exposed = 'ETag, Retry-After';
const allowedMethods = 'GET, HEAD';
const allowedHeaders = 'Authorization, If-None-Match, Last-Event-ID';
/** How long a browser may remember what it was allowed. */
const maxAgeS = 600;

/** To what all answers under these routes depend on, they add this. */
export function varyWith(names: readonly string[], origins: readonly string[]): string {
  return [...names, ...(origins.length > 0 ? ['Origin'] : [])].join(', ');
}

/**
 * Adds the headers to every route of `scope`, refusals included, and answers browsers that ask
 * beforehand at `paths`: without a token, because they send none. Nothing at all for an empty list.
 */
export function addCors(
  scope: FastifyInstance,
  { origins, paths }: { origins: readonly string[]; paths: readonly string[] },
): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);

  scope.addHook('onRequest', async ({ headers: { origin }, method }, reply) => {
    reply.header('vary', varyWith([], origins));
    if (origin === undefined || !allowed.has(origin)) return;
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      ...(method === 'OPTIONS'
        ? {
            'access-control-allow-methods': allowedMethods,
            'access-control-allow-headers': allowedHeaders,
            'access-control-max-age': maxAgeS,
          }
        : { 'access-control-expose-headers': exposed }),
    });
  });

  for (const path of paths) {
    scope.options(path, { schema: { hide: true } }, (_request, reply) => reply.code(204).send());
  }
}
