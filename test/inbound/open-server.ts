// A bare HTTP server of ours for tests, and ways to talk to it that a polite client does not have.

import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpServer, type HttpServerOptions } from '../../src/inbound/http-server.ts';
import { send } from './open-ingest.ts';

/** A server with routes to hold, to fail and to echo. `release` lets held requests go. */
export async function openServer(options: Partial<HttpServerOptions> = {}, socketPath = '') {
  const observed: unknown[] = [];
  const server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    observe: (observation) => observed.push(observation),
    health: () => ({ reasons: [] }),
    ...{ maxBodyBytes: 1_024, maxRequests: 100, maxConnections: 100, drainMs: 0 },
    ...{ requestTimeoutMs: 10_000, handlerTimeoutMs: 10_000, stopTimeoutMs: 10_000 },
    ...options,
  });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = 0;
  server.routes.get('/hold', async () => {
    held += 1;
    await released;
    return 'released';
  });
  server.routes.get('/fail', async () => {
    throw new Error('amqp://user:secret@host is gone');
  });
  server.routes.post('/echo', async (request) => request.body ?? {});
  server.routes.get('/users/:user', async (request) => request.params);
  const url = new URL(await server.listen({ host: '127.0.0.1', port: 0, socketPath }));
  const isHolding = async (count: number) => {
    while (held < count) await sleep(5);
  };
  return { server, url, observed, release, isHolding };
}

export const get = (url: URL, path: string, headers: IncomingHttpHeaders = {}) =>
  send(new URL(url.origin + path), headers, '', 'GET');

/** What the server says to these bytes until it closes the connection. */
export async function say(url: URL, bytes: string): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  // A reset is an end like any other here.
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return heard;
}
