// Which pages of other origins may use what is here, by a list (CORS, as fetch defines it).
//
// An origin that is not on the list is answered like a caller without one: its browser then keeps
// the answer from the page. Nginx gives the same headers with what it serves from files.

import type { FastifyInstance } from 'fastify';

/** What a page of an origin on the list may do, as the headers spell it. */
export type CorsOffer = {
  methods: string;
  headers: string;
  /** Headers of the answer that it may read. */
  exposed: string;
  /** Whether its browser may send cookies along. */
  withCookies: boolean;
};

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
  call: { origins: readonly string[]; paths: readonly string[]; offer: CorsOffer },
): void {
  const { origins, paths, offer } = call;
  if (origins.length === 0) return;
  const allowed = new Set(origins);

  scope.addHook('onRequest', async ({ headers: { origin }, method }, reply) => {
    reply.header('vary', varyWith([], origins));
    if (origin === undefined || !allowed.has(origin)) return;
    reply.headers({
      'access-control-allow-origin': origin,
      ...(offer.withCookies && { 'access-control-allow-credentials': 'true' }),
      ...(method === 'OPTIONS'
        ? {
            'access-control-allow-methods': offer.methods,
            'access-control-allow-headers': offer.headers,
            'access-control-max-age': maxAgeS,
          }
        : { 'access-control-expose-headers': offer.exposed }),
    });
  });

  for (const path of paths) {
    scope.options(path, { schema: { hide: true } }, (_request, reply) => reply.code(204).send());
  }
}
