// Units that stand behind a balancer.

import { createServer, type Server, type ServerResponse } from 'node:http';

export type Unit = { server: Server; port: number };

/** The open answers of streams. */
export const streams: ServerResponse[] = [];

/** Says who it is and what it was asked. A stream begins and stays open. */
export async function openUnit(name: string, port: number): Promise<Unit> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.push(response);
      return;
    }
    const path = request.url ?? '';
    const isElsewhere = /^\/assets\/only-in-/.test(path) && path !== `/assets/only-in-${name}.js`;
    const isLacking = isElsewhere || ['/assets/nowhere.js', '/v1/nothing'].includes(path);
    response.statusCode = request.url === '/v1/refused' ? 503 : isLacking ? 404 : 200;
    response.end(JSON.stringify({ unit: name, path: request.url, headers: request.headers }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}

export async function closeUnit({ server }: Unit): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
