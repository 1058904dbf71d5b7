// A Fastify server with the defaults of all our doors: strict, bounded, and boring to stop.

import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import type { MetricsPage } from '../domain/metrics.ts';
import type { Observe } from '../domain/observation.ts';
import { addAdmission } from './http-admission.ts';
import {
  createClientErrorHandler,
  createErrorHandler,
  createNotFoundHandler,
} from './http-error-handlers.ts';
import { addHealthRoutes, type Health } from './http-health.ts';
import { addMetricsRoute } from './http-metrics.ts';
import { type About, addOpenApi } from './http-openapi.ts';
import { openUnixSocket, type UnixSocket } from './http-unix-socket.ts';

export type HttpServerOptions = {
  about: About;
  observe: Observe;
  health: () => Health;
  /** Told at /metrics; without it there is no such path. */
  metrics?: MetricsPage | null;
  maxBodyBytes: number;
  /** Requests in progress at the same time; more are answered 503 at once. */
  maxRequests: number;
  /** Over TCP; as many again over the unix socket. */
  maxConnections: number;
  /** From the first byte of a request to its last. */
  requestTimeoutMs: number;
  /** From the headers of a request to its answer. */
  handlerTimeoutMs: number;
  /**
   * Handlers end within that time by themselves. A timer and a signal for each request, which
   * Fastify's own guard needs, took an eighth of an ingest's time.
   */
  endsInTime?: boolean;
  /** How long a stopping server says "not ready" before it takes no more connections. */
  drainMs: number;
  /** How long a stopping server waits for requests in progress before it cuts them off. */
  stopTimeoutMs: number;
};

export type HttpAddress = {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** Of a unix socket to listen at as well. Empty: none. */
  socketPath?: string;
};

export type HttpServer = {
  /** To add routes to, before `listen`. */
  routes: FastifyInstance;
  /** Resolves with the URL it listens at. */
  listen(address: HttpAddress): Promise<string>;
  /** Not ready, then no new connections, then the end of requests in progress. May be called twice. */
  stop(): Promise<void>;
};

/** Longer than the 60 s after which common load balancers drop idle connections themselves. */
const keepAliveTimeoutMs = 72_000;

/** Connections that wait to be taken: Node's 511 are full after a moment of many at once. */
const backlog = 4096;

/** A user is at most 128 characters, each of them at most three when percent-encoded. */
const maxParamChars = 400;

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  let isStopping = false;
  let unixSocket: UnixSocket | undefined;
  const server = createFastify(options, (socket) => admission.isAnswering(socket));
  server.server.maxConnections = options.maxConnections;
  const admission = addAdmission(server, options.maxRequests);

  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    // Whoever keeps connections open moves to another process before this one is gone. Decided
    // when the answer begins: a request may have waited since before the stop.
    if (isStopping) reply.header('connection', 'close');
    done();
  });
  server.setErrorHandler(createErrorHandler(options.observe));
  server.setNotFoundHandler(createNotFoundHandler(server));
  await addOpenApi(server, options.about);
  addHealthRoutes(server, () => {
    const { reasons, ...rest } = options.health();
    return { ...rest, reasons: isStopping ? ['stopping', ...reasons] : reasons };
  });

  if (options.metrics) addMetricsRoute(server, options.metrics);

  async function listen({ socketPath = '', ...address }: HttpAddress): Promise<string> {
    const url = await server.listen({ ...address, backlog });
    if (socketPath !== '') {
      const { maxConnections } = options;
      unixSocket = await openUnixSocket(server.server, {
        path: socketPath,
        ...{ maxConnections, backlog },
      });
    }
    return url;
  }

  async function drainAndClose(): Promise<void> {
    isStopping = true;
    if (server.server.listening) await sleep(options.drainMs);
    const cutOff = setTimeout(() => server.server.closeAllConnections(), options.stopTimeoutMs);
    await Promise.all([unixSocket?.close(), server.close()]);
    clearTimeout(cutOff);
  }

  let stopped: Promise<void> | undefined;
  return {
    routes: server,
    listen,
    stop() {
      stopped ??= drainAndClose();
      return stopped;
    },
  };
}

function createFastify(
  options: HttpServerOptions,
  isAnswering: Parameters<typeof createClientErrorHandler>[0],
): FastifyInstance {
  const handleError = createErrorHandler(options.observe);
  return Fastify({
    logger: false,
    trustProxy: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: options.requestTimeoutMs,
    handlerTimeout: options.endsInTime ? 0 : options.handlerTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Of silence, counted anew with every byte: it must outlive the longest answer.
    connectionTimeout: options.requestTimeoutMs + options.handlerTimeoutMs,
    http: {
      // Node only looks for late requests this often; its default is 30 s.
      connectionsCheckingInterval: Math.min(1_000, options.requestTimeoutMs),
      headersTimeout: options.requestTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      // Node would answer without a body; the admission does it with one.
      requireHostHeader: false,
    },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A request that arrives while we close is served, and told to close its connection.
    return503OnClosing: false,
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      maxParamLength: maxParamChars,
    },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: false,
        allowUnionTypes: true,
      },
    },
    frameworkErrors: handleError,
    clientErrorHandler: createClientErrorHandler(isAnswering),
  });
}
