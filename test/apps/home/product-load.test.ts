// The back end without a package of HTTP servers: what it says on the wire, and when more ask at once than it serves.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from './start-product.ts';

const maxCalls = 100;
const head = 'POST /content HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

let savings: Product;
const sockets: Socket[] = [];
beforeAll(async () => {
  savings = await startProduct('savings');
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => savings.stop());

function open(text: string): Socket {
  const socket = connect(Number(new URL(savings.url).port), '127.0.0.1');
  sockets.push(socket.once('connect', () => socket.write(text)));
  return socket.on('error', () => {});
}

/** Of a request whose body is one itself: all that is answered. */
async function askWithRequestInside(): Promise<string> {
  const inside = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n';
  const socket = open(`${head}Content-Length: ${inside.length}\r\n\r\n${inside}`);
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  await once(socket, 'close');
  return heard;
}

it('lets as many in at once as it serves, and takes what it did not read for no request', async () => {
  const connected = () => sockets.filter(({ connecting }) => !connecting).length;
  // None is taken in meanwhile: they come at the same moment.
  savings.child.kill('SIGSTOP');
  for (let call = 0; call < maxCalls; call += 1) open(`${head}Content-Length: 100\r\n\r\n{`);
  await expect
    .poll(connected)
    .toBe(maxCalls)
    .finally(() => savings.child.kill('SIGCONT'));
  let heard = '';
  await expect
    .poll(async () => {
      heard = await askWithRequestInside();
      return heard;
    })
    .toMatch(/^HTTP\/1\.1 503 /);
  expect(heard).toContain('connection: close');
  expect(heard.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

it('asks for the body of whoever sends none before that', async () => {
  const body = JSON.stringify({ user: null, event: { type: 'savings.news' } });
  const socket = open(`${head}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`);
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  await expect.poll(() => heard, { timeout: 5_000 }).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write(body);
  await expect.poll(() => heard).toContain('HTTP/1.1 200 OK');
});
