// Requests to one server over connections that are kept, as a client with much to ask makes them.

import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Asked = {
  method?: 'GET' | 'HEAD';
  path: string;
  headers?: { readonly [name: string]: string };
};
export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

export type Connections = {
  /** Rejects when there is no answer, or when it breaks off before its content-length. */
  ask(asked: Asked): Promise<Answer>;
  close(): void;
};

/** `count` connections; more requests than that wait for a free one. */
export function keepConnections(url: URL, count: number): Connections {
  const agent = new Agent({ keepAlive: true, maxSockets: count, maxFreeSockets: count });
  const { hostname, port } = url;
  return {
    ask: ({ method = 'GET', path, headers = {} }) =>
      new Promise((resolve, reject) => {
        const outgoing = request({ hostname, port, method, path, headers, agent });
        outgoing.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const { statusCode: status = 0, headers: answered } = response;
            resolve({ status, headers: answered, body: Buffer.concat(chunks) });
          });
        });
        outgoing.on('error', reject);
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}
