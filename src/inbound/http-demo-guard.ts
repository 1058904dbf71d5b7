// Who may use the demo: its own page, opened on this machine. Its back end needs no token of a user,
// so a page from elsewhere that the same browser shows must not reach it.

import type { FastifyRequest } from 'fastify';
import { Problem } from './http-problem.ts';

/**
 * A foreign name that was made to lead to this machine is told apart by the Host header, which its
 * page cannot choose.
 */
export function requireDemoHost(
  { headers: { host } }: FastifyRequest,
  origin: string,
  page = `${origin}/demo`,
): void {
  const { host: own, port } = new URL(origin);
  if (host === own || host === `localhost:${port}`) return;
  throw refusal(page);
}

/** For what changes something or tells more than files: browsers add Origin to every POST. */
export function requireDemoPage(
  request: FastifyRequest,
  origin: string,
  page = `${origin}/demo`,
): void {
  const { host, origin: asking, 'sec-fetch-site': site } = request.headers;
  const isOwn = host === new URL(origin).host && asking === origin;
  if (isOwn && (site === undefined || site === 'same-origin')) return;
  throw refusal(page);
}

function refusal(page: string): Problem {
  return new Problem('forbidden', `The demo is at ${page}, for its own page only.`);
}
