import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openProducer } from '../../bench/position/producer.ts';
import { type HttpListener, listenHttp } from '../http-listener.ts';

const servers: HttpListener[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** Answers 202 where `onRequest` says so of the nth request of a connection. */
async function openIngest(onRequest: (socket: Socket, nth: number) => boolean) {
  const counts = new Map<Socket, number>();
  const server = await listenHttp((request, response) => {
    const { socket } = request;
    const nth = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, nth);
    request.resume().on('end', () => {
      if (onRequest(socket, nth)) response.writeHead(202, { 'content-length': 2 }).end('{}');
    });
  });
  servers.push(server);
  const producer = openProducer({ ingestUrl: server.url, producerKey: 'key' });
  return { producer, sockets: () => [...counts.keys()] };
}

describe('the producer of the benches', () => {
  it('keeps a connection, and opens another one when that was closed', async () => {
    const { producer, sockets } = await openIngest(() => true);
    expect(await producer.post('{}')).toBe(202);
    expect(await producer.post('{}')).toBe(202);
    expect(sockets()).toHaveLength(1);
    sockets()[0]?.end();
    await expect.poll(() => sockets()[0]?.closed).toBe(true);
    expect(await producer.post('{}')).toBe(202);
    expect(sockets()).toHaveLength(2);
    producer.close();
  });

  it('posts again when a kept connection is closed under a request', async () => {
    const { producer, sockets } = await openIngest((socket, nth) => {
      if (nth === 2) socket.destroy();
      return nth === 1;
    });
    expect(await producer.post('{}')).toBe(202);
    expect(await producer.post('{}')).toBe(202);
    expect(sockets()).toHaveLength(2);
    producer.close();
  });
});
