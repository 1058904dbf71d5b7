// A second way into an HTTP server: a unix socket, for an Nginx on the same machine.

import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

export type UnixSocketOptions = {
  /** At most 103 bytes on macOS, 107 on Linux: Node cuts longer ones off without a word. */
  path: string;
  maxConnections: number;
  backlog: number;
};

export type UnixSocket = {
  /** Takes no more connections and removes the file; resolves when the last connection has ended. */
  close(): Promise<void>;
};

/** The fewest bytes that a system we run on takes for the address of a socket (macOS). */
export const maxSocketPathBytes = 103;

/** Owner and group, so that Nginx may be another user of the same group, and nobody else. */
const socketMode = 0o660;

/**
 * Hands the connections of a unix socket to `server`, which then knows no difference: its limits on
 * time, its idle connections and its end apply to them too. Replaces the file that a killed process
 * left. Rejects when the path is too long, when it is something else, or when somebody listens.
 */
export async function openUnixSocket(
  server: HttpServer,
  { path, maxConnections, backlog }: UnixSocketOptions,
): Promise<UnixSocket> {
  const bytes = Buffer.byteLength(path);
  if (bytes > maxSocketPathBytes) {
    throw new Error(
      `The socket's path has ${bytes} bytes, at most ${maxSocketPathBytes} fit: ${path}`,
    );
  }
  await removeStale(path);
  // Half open as in Node's own HTTP server: whoever has sent all may still wait for the answer.
  const listener = createServer({ allowHalfOpen: true }, (socket) => {
    server.emit('connection', socket);
  });
  listener.maxConnections = maxConnections;
  listener.listen({ path, backlog });
  await once(listener, 'listening');
  chmodSync(path, socketMode);
  return {
    close: () => new Promise((resolve) => listener.close(() => resolve())),
  };
}

async function removeStale(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`There is something else than a socket: ${path}`);
  if (await isListenedTo(path)) throw new Error(`Another process listens: ${path}`);
  rmSync(path, { force: true });
}

function isListenedTo(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Full is not dead: only a refusal says that nobody holds the other end.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
