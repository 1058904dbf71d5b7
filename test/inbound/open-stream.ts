// A client of streams for tests: reads server-sent events, and can stop reading.

import { connect } from 'node:net';
import { expect } from 'vitest';

export type SentEvent = { event: string; id: string; data: string };

export type TestStream = Awaited<ReturnType<typeof openStream>>;

/** Opens a connection of its own, and resolves with the head of the answer. */
export async function openStream(url: URL, headers: { [name: string]: string }, user = 'me') {
  const socket = connect(Number(url.port), url.hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  let heard = '';
  const state = { isEnded: false, isClosed: false };
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  socket.once('end', () => {
    state.isEnded = true;
  });
  socket.once('close', () => {
    state.isClosed = true;
  });
  socket.on('error', () => {});
  // HTTP/1.0 gets the events as they are, without chunks around them.
  socket.write(`GET /v1/content/${user}/stream HTTP/1.0\r\n${lines.join('')}\r\n`);
  await expect.poll(() => heard, { timeout: 5_000 }).toContain('\r\n\r\n');
  const head = heard.slice(0, heard.indexOf('\r\n\r\n'));
  const body = () => heard.slice(head.length + 4);
  return {
    ...{ socket, state, body },
    status: Number(head.split(' ')[1]),
    headers: Object.fromEntries(
      head
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(': ') as [string, string]),
    ),
    events: () => eventsIn(body()),
    comments: () =>
      body()
        .split('\n\n')
        .filter((block) => block === ':').length,
    /** Until `count` events have come, the latest of them. */
    async nth(count: number): Promise<SentEvent> {
      await expect.poll(() => eventsIn(body()).length, { timeout: 5_000 }).toBe(count);
      return eventsIn(body())[count - 1] as SentEvent;
    },
    close: () => socket.destroy(),
  };
}

/** Whole events only, as a browser reads them. */
function eventsIn(text: string): SentEvent[] {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks
    .filter((block) => !block.startsWith(':'))
    .map((block) => {
      const fields = block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]);
      const valuesOf = (name: string) =>
        fields.filter(([field]) => field === name).map(([, value]) => value);
      return {
        event: valuesOf('event').join('\n'),
        id: valuesOf('id').join('\n'),
        data: valuesOf('data').join('\n'),
      };
    });
}
