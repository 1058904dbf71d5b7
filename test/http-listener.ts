// A small HTTP server for a test, at a free port of this machine.

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type HttpListener = { url: string; close(): Promise<void> };

/** Answers that are still open end with it. */
export async function listenHttp(answer: RequestListener): Promise<HttpListener> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
