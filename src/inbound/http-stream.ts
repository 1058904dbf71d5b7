// GET /v1/content/{user}/stream: a user's document, and then each one that takes its place.
//
// A stream holds a connection and little else. It is bounded by the number of those who may watch,
// by its token and the key of that one, by the patience for a client that takes nothing, and by the
// life of the server.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { Clock } from '../domain/ports.ts';
import type { WatchedDocuments } from '../domain/replica/watch-documents.ts';
import { streamRouteSchema } from './http-content-openapi.ts';
import { createDocumentEvents } from './http-document-events.ts';
import { Problem } from './http-problem.ts';
import { createReadEvent } from './http-read-event.ts';
import type { Client } from './http-tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who reads, on the routes that need a token. */
    client: Client | null;
  }
}

export type StreamRouteDeps = {
  /** JSON text of the user's document, as a GET would answer it now. */
  readDocument: (user: string) => Promise<string>;
  watch: WatchedDocuments['watch'];
  observe: Observe;
  nowMs: Clock;
  /** A stream is looked after this often: something is sent, so that nobody takes it for dead. */
  streamHeartbeatMs: number;
  /** A client that takes nothing of what is sent for this long is cut off. */
  streamStallMs: number;
};

type StreamRoute = { Params: { user: string } };

/** The longest that a timer takes; whoever has a token for longer opens another stream. */
const maxTimerMs = 2 ** 31 - 1;

const streamHeaders = {
  'content-type': 'text/event-stream',
  // A proxy that compressed it would hold events back until it has enough of them.
  'cache-control': 'private, no-cache, no-transform',
  'x-accel-buffering': 'no',
  // There is no next request for which it could be kept open.
  connection: 'close',
};

/** To a scope whose hook has put the token's subject into the path and its end into the request. */
export function addStreamRoute(scope: FastifyInstance, deps: StreamRouteDeps): void {
  const readEvent = createReadEvent(deps.readDocument);
  const open = new Set<() => void>();
  let isStopping = false;

  scope.addHook('preClose', async () => {
    isStopping = true;
    for (const end of open) end();
  });

  // A stream is no request in progress: it has bounds of its own, and would never end.
  const config = { isAlwaysAdmitted: true };
  const route = '/v1/content/:user/stream';
  scope.get<StreamRoute>(route, { schema: streamRouteSchema, config }, (request, reply) => {
    if (request.method === 'HEAD') return void takeOver(reply).end();
    const { socket } = reply.raw;
    if (socket === null) {
      throw new Problem('overloaded', 'A stream takes no connection that is still answering.');
    }
    if (isStopping) throw new Problem('unavailable', 'This server is about to stop.');
    const end = openStream({ ...deps, readEvent }, request, reply, socket);
    open.add(end);
    reply.raw.once('close', () => open.delete(end));
  });
}

/** Returns what ends it. Throws `overloaded` while the reply is still ours to refuse. */
function openStream(
  deps: StreamRouteDeps & { readEvent: ReturnType<typeof createReadEvent> },
  request: FastifyRequest<StreamRoute>,
  reply: FastifyReply,
  socket: Socket,
): () => void {
  const { user } = request.params;
  const client = request.client as Client;
  const unwatch = deps.watch(user, () => events.look());
  if (unwatch === null) {
    throw new Problem('overloaded', 'Too many streams are open, of this user or of all.');
  }
  const raw = takeOver(reply);
  const knownEtag = request.headers['last-event-id'];
  const events = createDocumentEvents({
    read: () => deps.readEvent(user),
    write: (event) => write(raw, socket, event, deps.streamStallMs),
    knownEtag: typeof knownEtag === 'string' ? knownEtag : null,
    onFailure: fail,
  });

  const beating = setInterval(beat, deps.streamHeartbeatMs);
  const leftMs = Math.max(0, client.endsAtMs - deps.nowMs());
  const ending = setTimeout(end, Math.min(leftMs, maxTimerMs));
  raw.once('close', forget);
  // Also without anything new: whoever resumes must learn that the stream is open.
  events.beat();

  function beat(): void {
    client.isStillTrusted().then((isTrusted) => (isTrusted ? events.beat() : end()), fail);
  }

  function fail(error: unknown): void {
    if (!raw.destroyed) {
      const failure = { method: request.method, route: '/v1/content/:user/stream' };
      deps.observe({ kind: 'request_failed', ...failure, error: describeError(error) });
    }
    socket.destroy();
  }

  function forget(): void {
    unwatch?.();
    clearInterval(beating);
    clearTimeout(ending);
  }

  function end(): void {
    forget();
    // The last bytes must be taken as well.
    socket.setTimeout(deps.streamStallMs);
    raw.end();
  }
  return end;
}

/** Begins the answer. From here on no time limit of the server ends it. */
function takeOver(reply: FastifyReply): ServerResponse {
  reply.headers(streamHeaders);
  reply.hijack();
  const { raw } = reply;
  // The server cuts connections that are silent, and this one will be.
  raw.socket?.setTimeout(0);
  // A connection that is reset is closed, and that is told by itself.
  raw.on('error', () => {});
  raw.writeHead(200, reply.getHeaders() as { [name: string]: string });
  return raw;
}

/**
 * Resolves when the operating system has taken the bytes. Until then the time limit of the socket
 * runs: Node counts it anew while any bytes leave, and closes the connection when none do.
 */
function write(
  raw: ServerResponse,
  socket: Socket,
  bytes: Uint8Array | string,
  stallMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(stallMs);
    raw.write(bytes, (error) => {
      if (error) return reject(error);
      if (!raw.writableEnded) socket.setTimeout(0);
      resolve();
    });
  });
}
