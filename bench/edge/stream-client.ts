// A client that has its user's stream open.

import { type ClientRequest, request } from 'node:http';
import type { OffersDocument } from './generators/offers.ts';
import type { Door } from './open-edge.ts';

export type OpenStream = { close(): void };

export type StreamOptions<Document> = {
  door: Door;
  token: string;
  onDocument: (document: Document, atMs: number) => void;
  /** The stream has ended, or another status than 200 came; not told of `close()`. */
  onEnd: (reason: string) => void;
};

/** Over a connection of its own; resolves with the head of the answer. */
export function openStream<Document = OffersDocument>(
  options: StreamOptions<Document>,
): Promise<OpenStream> {
  const { door, token, onDocument, onEnd } = options;
  const headers = { authorization: `Bearer ${token}` };
  const url = `${door.url}/v1/content/me/stream`;
  return new Promise((resolve, reject) => {
    const outgoing: ClientRequest = request(url, { agent: false, headers }, (response) => {
      let isClosed = false;
      const ended = (reason: string) => {
        if (!isClosed) onEnd(reason);
        isClosed = true;
      };
      const close = () => {
        isClosed = true;
        outgoing.destroy();
      };
      if (response.statusCode !== 200) {
        close();
        return reject(new Error(`A stream is answered ${response.statusCode}.`));
      }
      readEvents(response.setEncoding('utf8'), onDocument);
      response.once('error', (error) => ended(error.message));
      response.once('end', () => ended('It ended.'));
      resolve({ close });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** An event counts when its last byte is here. */
function readEvents<Document>(
  body: NodeJS.ReadableStream,
  onDocument: StreamOptions<Document>['onDocument'],
): void {
  let unread = '';
  body.on('data', (text: string) => {
    const atMs = performance.now();
    unread += text;
    const blocks = unread.split('\n\n');
    unread = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) onDocument(JSON.parse(data) as Document, atMs);
    }
  });
}
