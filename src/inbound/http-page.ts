// GET / and /assets/…: the page of whoever reads, and what it is made of.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageAssets } from '../domain/replica/page-assets.ts';
import type { ReadPages } from '../domain/replica/read-content.ts';
import { etagOf, sendValidated } from './http-etag.ts';
import { assetHeaders, type PageAddresses, pageHeaders, pageType } from './http-page-headers.ts';
import { assetRouteSchema, pageRouteSchema } from './http-page-openapi.ts';
import { Problem } from './http-problem.ts';
import type { AuthenticateClient } from './http-tokens.ts';

export type PageRoutesDeps = {
  pages: ReadPages;
  files: PageAssets['files'];
  addresses: PageAddresses;
  authenticate: AuthenticateClient;
};

export function addPageRoutes(server: FastifyInstance, deps: PageRoutesDeps): void {
  const { pages, authenticate } = deps;
  const headers = pageHeaders(deps.addresses);
  const files = new Map(
    Array.from(deps.files, ([name, file]) => [name, { ...file, etag: etagOf(file.bytes) }]),
  );

  server.get('/', { schema: pageRouteSchema }, async (request, reply) => {
    const user = await userOf(request, authenticate);
    const html = user === null ? pages.genericPage() : await pages.page(user);
    reply.headers(headers);
    return sendValidated(request, reply, { type: pageType, bytes: Buffer.from(html) });
  });

  server.get<AssetRoute>('/assets/:name', { schema: assetRouteSchema }, asset);

  async function asset(request: FastifyRequest<AssetRoute>, reply: FastifyReply) {
    const file = files.get(request.params.name);
    if (file === undefined) throw new Problem('not_found', 'Nothing is at this path.');
    reply.headers(assetHeaders(file));
    return sendValidated(request, reply, file);
  }
}

type AssetRoute = { Params: { name: string } };

/** A person opens a page, and no program: whoever cannot be known is shown what everyone is. */
async function userOf(
  request: FastifyRequest,
  authenticate: AuthenticateClient,
): Promise<string | null> {
  try {
    return (await authenticate(request.headers)).user;
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthorized') return null;
    throw error;
  }
}
