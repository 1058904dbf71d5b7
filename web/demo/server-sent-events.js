// Reads server-sent events from a response: for streams that need a header, which EventSource cannot send.

/** @typedef {{ event: string, id: string, data: string }} ServerSentEvent */

/** What one event may hold: a document is 256 KiB at most. */
const maxChars = 1_000_000;

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<ServerSentEvent>}
 */
export async function* readServerSentEvents(body) {
  let text = '';
  for await (const chunk of textOf(body)) {
    text += chunk;
    if (text.length > maxChars) throw new Error('An event of the stream is too long.');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event.data !== '') yield event;
    }
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<string>}
 */
export async function* textOf(body) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * @param {string} block
 * @returns {ServerSentEvent}
 */
function parse(block) {
  const event = { event: 'message', id: '', data: '' };
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') event.data += event.data === '' ? value : `\n${value}`;
    else if (field === 'event' || field === 'id') event[field] = value;
  }
  return event;
}
