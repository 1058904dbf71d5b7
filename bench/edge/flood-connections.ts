// Kept connections of HTTP/1.1, one request at a time on each, over plain sockets: an HTTP client of
// the usual kind costs more CPU than the server that is measured.

import { connect, type Socket } from 'node:net';

export type Connections = {
  /**
   * Sends on an idle connection, or on a new one when all are busy; beyond `maxConnections` once
   * one is idle. `status` is 0 when the connection broke or what came is not an answer with a length.
   */
  send(request: string, onAnswer: (status: number) => void): void;
  /** Resolves once `count` more connections are open and idle. */
  open(count: number): Promise<void>;
  count(): number;
  close(): void;
};

export type ConnectionsTo = { port: number; localAddress: string; maxConnections: number };

type Waiting = { request: string; onAnswer: (status: number) => void };
type Line = { socket: Socket; onAnswer: ((status: number) => void) | null; received: Buffer };

const nothing = Buffer.alloc(0);
const headEnd = '\r\n\r\n';

export function createConnections(to: ConnectionsTo): Connections {
  const { port, localAddress, maxConnections } = to;
  const all = new Set<Line>();
  const idle = new Set<Line>();
  /** In their order; `next` is the first that is not sent yet. */
  const waiting: Waiting[] = [];
  let next = 0;

  function add(): Line {
    const socket = connect({ port, localAddress, host: '127.0.0.1', noDelay: true });
    const line: Line = { socket, onAnswer: null, received: nothing };
    all.add(line);
    socket.on('data', (chunk) => {
      line.received = line.received.length === 0 ? chunk : Buffer.concat([line.received, chunk]);
      const status = statusIn(line.received);
      if (status !== null) end(line, status);
    });
    // It is closed then, too.
    socket.on('error', () => {});
    socket.on('close', () => {
      all.delete(line);
      end(line, 0);
      idle.delete(line);
    });
    return line;
  }

  function end(line: Line, status: number): void {
    const { onAnswer } = line;
    line.onAnswer = null;
    line.received = nothing;
    if (status === 0) line.socket.destroy();
    else idle.add(line);
    onAnswer?.(status);
    sendWaiting();
  }

  function sendWaiting(): void {
    while (next < waiting.length && (idle.size > 0 || all.size < maxConnections)) {
      const { request, onAnswer } = waiting[next] as Waiting;
      next += 1;
      const [line = add()] = idle;
      idle.delete(line);
      line.onAnswer = onAnswer;
      line.socket.write(request);
    }
  }

  return {
    send(request, onAnswer) {
      waiting.push({ request, onAnswer });
      sendWaiting();
    },
    async open(count) {
      const lines = Array.from({ length: count }, add);
      await Promise.all(
        lines.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))),
      );
      for (const line of lines) idle.add(line);
    },
    count: () => all.size,
    close() {
      for (const { socket } of all) socket.destroy();
    },
  };
}

/** `null`: not all of the answer is there yet. */
function statusIn(received: Buffer): number | null {
  const end = received.indexOf(headEnd);
  if (end === -1) return null;
  const head = received.toString('latin1', 0, end);
  const bytes = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(bytes)) return 0;
  if (received.length < end + headEnd.length + bytes) return null;
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
}
