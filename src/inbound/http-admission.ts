// Which requests are let in: well-framed ones, a bounded number at a time, of all and of a connection.

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

/**
 * Requests of one connection that are in progress at a time. Browsers and proxies send one after
 * another; only whoever pipelines gets here, and must not take the places of everybody else.
 */
const maxRequestsPerConnection = 16;

type Connection = {
  isOpen: boolean;
  inProgress: number;
  newest: FastifyRequest['raw'] | null;
};

/** Must be added before any other hook, so that what is refused costs next to nothing. */
export function addAdmission(server: FastifyInstance, maxRequests: number): Admission {
  let inProgress = 0;
  const connections = new WeakMap<Socket, Connection>();

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { isOpen: true, inProgress: 0, newest: null };
    connections.set(socket, connection);
    // Node never closes an answer that waits behind another one when their connection ends, so
    // what is still counted then is given back here.
    socket.once('close', () => {
      connection.isOpen = false;
      inProgress -= connection.inProgress;
    });
    return connection;
  }

  server.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const connection = connectionOf(raw.socket);
    connection.newest = raw;
    let isCounted = false;
    reply.raw.once('close', () => {
      if (connection.newest === raw) connection.newest = null;
      if (!isCounted || !connection.isOpen) return;
      connection.inProgress -= 1;
      inProgress -= 1;
    });
    const flaw = framingFlaw(raw);
    if (flaw !== null) return done(new Problem('malformed_request', flaw));
    if (request.routeOptions.config?.isAlwaysAdmitted === true) return done();
    if (connection.inProgress >= maxRequestsPerConnection) {
      const detail = `At most ${maxRequestsPerConnection} requests of a connection are served at a time.`;
      return done(new Problem('overloaded', detail));
    }
    if (inProgress >= maxRequests) {
      const detail = `At most ${maxRequests} requests are served at a time.`;
      return done(new Problem('overloaded', detail));
    }
    isCounted = true;
    connection.inProgress += 1;
    inProgress += 1;
    done();
  });

  return {
    isAnswering: (socket) => connections.get(socket)?.newest?.complete === true,
  };
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
