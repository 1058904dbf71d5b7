// One HTTP request of a bench, over connections that are kept.

import { Agent, request } from 'node:http';

export type Sent = { status: number; text: string };

/** Enough that no request of an open loop waits for another one's connection. */
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** Ends with the whole answer, also one that says no; rejects when there is none. */
export function send(
  url: string,
  options: { headers: { readonly [name: string]: string }; body?: string },
): Promise<Sent> {
  const { headers, body } = options;
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const outgoing = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
