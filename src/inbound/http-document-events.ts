// One open stream: sends a user's document as a server-sent event whenever it has become another.
//
// However slow the client and however fast the changes, one event at most waits to be taken: while
// it does, nothing but the fact is kept that there was a change. The document is composed when it
// can be sent, so the next event is always the newest.

import type { DocumentEvent } from './http-read-event.ts';

export type DocumentEvents = {
  /** The document may have changed: look, and send it if so. */
  look(): void;
  /** Looks, and sends a comment when there is nothing else to say; not while an event waits. */
  beat(): void;
};

export type DocumentEventsParts = {
  read: () => Promise<DocumentEvent>;
  /** Resolves when the client's side has taken it. Not called again before that. */
  write: (event: Uint8Array | string) => Promise<void>;
  /** The validator of what the client has; `null`: nothing. */
  knownEtag: string | null;
  /** Told once, of a failed read or write. Nothing is sent after it. */
  onFailure: (error: unknown) => void;
};

export const heartbeat = ':\n\n';

export function createDocumentEvents(parts: DocumentEventsParts): DocumentEvents {
  const { read, write, onFailure } = parts;
  let { knownEtag } = parts;
  let isDue = false;
  let isBusy = false;

  /** Resolves with whether anything was sent. */
  async function sendNewest(): Promise<boolean> {
    let hasSent = false;
    while (isDue) {
      isDue = false;
      const event = await read();
      if (event.etag === knownEtag) continue;
      await write(event.bytes());
      knownEtag = event.etag;
      hasSent = true;
    }
    return hasSent;
  }

  async function run(mustSpeak: boolean): Promise<void> {
    isDue = true;
    if (isBusy) return;
    isBusy = true;
    try {
      const hasSent = await sendNewest();
      if (mustSpeak && !hasSent) await write(heartbeat);
      isBusy = false;
    } catch (error) {
      // Stays busy: after a failure nobody knows what the client has got.
      onFailure(error);
      return;
    }
    // What changed while the comment was on its way.
    if (isDue) await run(false);
  }

  return {
    look: () => void run(false),
    beat: () => void (isBusy || run(true)),
  };
}
