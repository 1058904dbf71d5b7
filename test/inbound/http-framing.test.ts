// Bytes that no HTTP client sends, on the socket of a listening server.

import { afterEach, describe, expect, it } from 'vitest';
import type { HttpServer } from '../../src/inbound/http-server.ts';
import { get, openServer, say } from './open-server.ts';

const servers: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const opened = await openServer(options);
  servers.push(opened.server);
  return opened;
}

const head = 'Host: test\r\nContent-Type: application/json\r\nConnection: close\r\n';

describe('bytes that are no proper request', () => {
  it.each([
    ['HTTP/0.9', 'GET /health/live\r\n\r\n'],
    ['a line of garbage', '\u0016\u0003\u0001\r\n\r\n'],
    [
      'two lengths',
      `POST /echo HTTP/1.1\r\n${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `,
    ],
    [
      'a length and chunks',
      `POST /echo HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'an unknown transfer encoding',
      `POST /echo HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a bad chunk', `POST /echo HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`],
    ['a folded header', `GET /health/live HTTP/1.1\r\n${head}X: a\r\n b\r\n\r\n`],
    ['NUL in a header', `GET /health/live HTTP/1.1\r\n${head}X: a\0b\r\n\r\n`],
    ['no host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two hosts', `GET /health/live HTTP/1.1\r\n${head}Host: other\r\n\r\n`],
    [
      'two credentials',
      `GET /health/live HTTP/1.1\r\n${head}Authorization: a\r\nAuthorization: b\r\n\r\n`,
    ],
    ['an id twice', `POST /echo HTTP/1.1\r\n${head}ce-id: a\r\nCE-ID: b\r\n\r\n`],
  ])('are answered 400: %s', async (_name, bytes) => {
    const { url } = await open();
    const heard = await say(url, bytes);
    expect(heard).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(heard).toContain('"code":"malformed_request"');
    expect(heard.toLowerCase()).toContain('content-type: application/problem+json\r\n');
  });

  it('are answered 431 when they are too many headers', async () => {
    const { url } = await open();
    const heard = await say(
      url,
      `GET /health/live HTTP/1.1\r\n${head}X: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('get no answer that could be taken for that to the request before them', async () => {
    const { url } = await open();
    const heard = await say(url, 'GET /hold HTTP/1.1\r\nHost: test\r\n\r\nGARBAGE\r\n\r\n');
    expect(heard).toBe('');
  });

  it('do not keep others from being served', async () => {
    const { url } = await open();
    await Promise.all(Array.from({ length: 20 }, () => say(url, 'GARBAGE\r\n\r\n')));
    expect((await get(url, '/health/live')).status).toBe(200);
  });
});
