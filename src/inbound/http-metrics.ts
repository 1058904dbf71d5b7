// GET /metrics: what the process counts, for whoever watches over the platform.

import type { FastifyInstance } from 'fastify';
import type { MetricsPage } from '../domain/metrics.ts';
import { Problem } from './http-problem.ts';

/** Answered under load as well: that is when somebody wants to know. */
export function addMetricsRoute(server: FastifyInstance, page: MetricsPage): void {
  const config = { isAlwaysAdmitted: true };
  // For machines; it is in docs/metrics.md, and not on the page for those who use the API.
  const schema = { hide: true };
  server.get('/metrics', { config, schema }, async (request, reply) => {
    // A unix socket leads to Nginx, and Nginx to the internet.
    if (request.raw.socket.remoteAddress === undefined) {
      throw new Problem('not_found', 'Nothing is at this path.');
    }
    reply.header('cache-control', 'no-store').type(page.mediaType);
    return page.text();
  });
}
