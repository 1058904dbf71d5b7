// A user's document as a server-sent event, made once for all of their streams that ask together.
//
// Whoever has three windows open has three streams, which are told of a change in the same turn of the
// event loop: they send the same bytes.

import { etagOf } from './http-etag.ts';

export type DocumentEvent = {
  etag: string;
  /** Framed when first asked for: most looks find what the client has. */
  bytes: () => Uint8Array;
};

/** `readDocument` resolves with JSON text. */
export function createReadEvent(
  readDocument: (user: string) => Promise<string>,
): (user: string) => Promise<DocumentEvent> {
  const reading = new Map<string, Promise<DocumentEvent>>();
  return (user) => {
    const begun = reading.get(user);
    if (begun !== undefined) return begun;
    const event = readDocument(user).then(eventOf);
    reading.set(user, event);
    // Whoever asks after this turn may know of a change that this read has not seen.
    queueMicrotask(() => reading.delete(user));
    return event;
  };
}

function eventOf(json: string): DocumentEvent {
  const etag = etagOf(Buffer.from(json));
  let framed: Buffer | null = null;
  return {
    etag,
    bytes() {
      framed ??= Buffer.from(frameOf(etag, json));
      return framed;
    },
  };
}

/** Content keeps the line breaks of its JSON: each begins a line of data, and ends up where it was. */
function frameOf(etag: string, json: string): string {
  const data = json.replace(/\r\n|\r|\n/g, '\ndata: ');
  return `event: document\nid: ${etag}\ndata: ${data}\n\n`;
}
