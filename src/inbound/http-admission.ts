// Which requests are let in: well-framed ones, a bounded number at a time.

import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './http-problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not counted among the requests in progress: health, and routes with a bound of their own. */
    isAlwaysAdmitted?: boolean;
  }
}

/** Headers of which a second one makes readers differ in what the request says. */
const singleHeaders = new Set([
  'host',
  'authorization',
  'content-type',
  'content-encoding',
  'origin',
  'if-none-match',
]);

export type Admission = {
  /** Whether a complete request of this connection still waits for its answer. */
  isAnswering(socket: Socket): boolean;
};

/** Must be added before any other hook, so that what is refused costs next to nothing. */
export function addAdmission(server: FastifyInstance, maxRequests: number): Admission {
  let inProgress = 0;
  const newest = new WeakMap<Socket, FastifyRequest['raw']>();

  server.addHook('onRequest', (request, reply, done) => {
    newest.set(request.raw.socket, request.raw);
    reply.raw.once('close', () => newest.delete(request.raw.socket));
    const flaw = framingFlaw(request.raw);
    if (flaw !== null) {
      done(new Problem('malformed_request', flaw));
    } else if (request.routeOptions.config?.isAlwaysAdmitted === true) {
      done();
    } else if (inProgress >= maxRequests) {
      done(new Problem('overloaded', `At most ${maxRequests} requests are served at a time.`));
    } else {
      inProgress += 1;
      reply.raw.once('close', () => {
        inProgress -= 1;
      });
      done();
    }
  });

  return { isAnswering: (socket) => newest.get(socket)?.complete === true };
}

function framingFlaw(request: FastifyRequest['raw']): string | null {
  if (request.httpVersionMajor < 1) return 'HTTP/0.9 is not spoken here.';
  if (request.headers.host === undefined && request.httpVersion !== '1.0') {
    return 'The header host is missing.';
  }
  const repeated = repeatedHeader(request.rawHeaders);
  return repeated && `The header ${repeated} is there twice.`;
}

function repeatedHeader(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!singleHeaders.has(name) && !name.startsWith('ce-')) continue;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
