// A TCP proxy between a client under test and a real server, for faults that nobody can order.

import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export type TcpProxy = {
  /** The server's URL, by way of the proxy. */
  url: string;
  /** Ends all connections and lets no new one through. */
  cut(): void;
  /** Keeps what the server says to itself; the connections stay up. */
  mute(): void;
  /** The reverse of both. */
  mend(): void;
  /** How many connections are up. */
  connectionCount(): number;
  /** Says something to every client in the server's name. */
  say(bytes: Buffer): void;
  close(): Promise<void>;
};

/** Makes what changes the bytes of one connection on their way from the server. */
export type Censor = () => (bytes: Buffer) => Buffer;

export async function startTcpProxy(
  serverUrl: string,
  censor: Censor = () => (bytes) => bytes,
): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const links = new Set<{ client: Socket; server: Socket; censored: Transform }>();
  let isCut = false;
  let isMuted = false;

  const listener = createServer((client) => {
    if (isCut) return void client.destroy();
    const server = connect(Number(target.port || 5672), target.hostname);
    const censored = censoring(censor());
    const link = { client, server, censored };
    links.add(link);
    const end = () => {
      links.delete(link);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    censored.pipe(client);
    if (!isMuted) server.pipe(censored);
    client.pipe(server);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');

  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);

  function cut(): void {
    isCut = true;
    for (const { client, server } of links) {
      client.destroy();
      server.destroy();
    }
  }

  return {
    url: url.href,
    cut,
    mute() {
      isMuted = true;
      for (const { server, censored } of links) {
        server.unpipe(censored);
        server.pause();
      }
    },
    mend() {
      isCut = false;
      if (!isMuted) return;
      isMuted = false;
      for (const { server, censored } of links) server.pipe(censored);
    },
    connectionCount: () => links.size,
    say(bytes) {
      for (const { client } of links) client.write(bytes);
    },
    async close() {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function censoring(change: (bytes: Buffer) => Buffer): Transform {
  return new Transform({
    transform: (bytes: Buffer, _encoding, done) => done(null, change(bytes)),
  });
}
