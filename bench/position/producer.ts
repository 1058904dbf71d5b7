// A producer that takes little of the CPU that it shares with what it drives: 1.1 over bare sockets.

import { connect, type Socket } from 'node:net';

export type Producer = {
  /**
   * One POST, of an event or of a batch; resolves with the status. Over a connection that is free,
   * or a new one; once more over a new one when the free one was closed.
   */
  post(events: string | readonly string[]): Promise<number>;
  close(): void;
};

type Waiting = { resolve: (status: number) => void; reject: (error: Error) => void };
type Connection = { socket: Socket; waiting: Waiting | null; unread: string };

export function openProducer(options: { ingestUrl: string; producerKey: string }): Producer {
  const { hostname, port, host } = new URL(options.ingestUrl);
  const head = [
    'POST /v1/events HTTP/1.1',
    `Host: ${host}`,
    `Authorization: Bearer ${options.producerKey}`,
    'Content-Type: application/cloudevents',
  ].join('\r\n');
  const requestOf = (events: string | readonly string[]) => {
    const isOne = typeof events === 'string';
    const body = isOne ? events : `[${events.join(',')}]`;
    const type = isOne ? '+json' : '-batch+json';
    return `${head}${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  const all = new Set<Connection>();
  const free = new Set<Connection>();

  function open(): Connection {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const connection: Connection = {
      socket: socket.setEncoding('latin1'),
      waiting: null,
      unread: '',
    };
    all.add(connection);
    socket.on('data', (text: string) => {
      connection.unread += text;
      const status = takeAnswer(connection);
      if (status === null) return;
      const { waiting } = connection;
      connection.waiting = null;
      free.add(connection);
      waiting?.resolve(status);
    });
    const ended = (error?: Error) => {
      all.delete(connection);
      free.delete(connection);
      connection.waiting?.reject(error ?? new Error('The ingest closed a connection.'));
    };
    socket.once('error', ended);
    socket.once('close', () => ended());
    return connection;
  }

  function postOver(connection: Connection, request: string): Promise<number> {
    free.delete(connection);
    return new Promise((resolve, reject) => {
      connection.waiting = { resolve, reject };
      connection.socket.write(request);
    });
  }

  return {
    async post(events) {
      const request = requestOf(events);
      const [kept] = free;
      if (kept === undefined) return postOver(open(), request);
      // The ingest may just have closed it, as it does with those that were idle for long. An event
      // that it has accepted all the same is known by its id.
      return postOver(kept, request).catch(() => postOver(open(), request));
    },
    close() {
      for (const { socket } of all) socket.destroy();
    },
  };
}

/** The status of an answer that is there to its end; the ingest tells how long each body is. */
function takeAnswer(connection: Connection): number | null {
  const { unread } = connection;
  const bodyAt = unread.indexOf('\r\n\r\n') + 4;
  if (bodyAt < 4) return null;
  const length = /\r\ncontent-length: (\d+)/i.exec(unread.slice(0, bodyAt))?.[1];
  if (length === undefined) throw new Error(`The ingest answers without a length: ${unread}`);
  const end = bodyAt + Number(length);
  if (unread.length < end) return null;
  connection.unread = unread.slice(end);
  return Number(unread.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3));
}
