// The same server over a unix socket: the same routes, limits and end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HttpServer } from '../../src/inbound/http-server.ts';
import { get, openServer } from './open-server.ts';

let directory: string;
let path: string;
const servers: HttpServer[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bh-'));
  path = join(directory, 'replica.sock');
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  rmSync(directory, { recursive: true });
});

async function open(options: Parameters<typeof openServer>[0] = {}) {
  const opened = await openServer(options, path);
  servers.push(opened.server);
  return opened;
}

/** Keeps its connection open as Nginx does. */
const keepAlive = new Agent({ keepAlive: true });

async function getBySocket(url: string, agent?: Agent) {
  const [response] = (await once(
    request({ socketPath: path, path: url, agent }).end(),
    'response',
  )) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

/** A socket file whose process was killed. */
async function leaveStale(): Promise<void> {
  const listen = `require('net').createServer().listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', listen, path]);
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(statSync(path).isSocket()).toBe(true);
}

it('answers over the socket what it answers over TCP', async () => {
  const { url } = await open();
  const overTcp = await get(url, '/users/ann');
  expect(await getBySocket('/users/ann')).toMatchObject({ status: 200, text: overTcp.text });
  expect(await getBySocket('/users/%ff')).toMatchObject({ status: 400 });
});

it('lets owner and group use the socket, and nobody else', async () => {
  await open();
  expect(statSync(path).mode & 0o777).toBe(0o660);
});

it('counts requests of both ways together', async () => {
  const { url, release, isHolding } = await open({ maxRequests: 2 });
  const held = [get(url, '/hold'), getBySocket('/hold')];
  await isHolding(2);
  expect((await getBySocket('/users/ann')).status).toBe(503);
  release();
  expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
});

it('takes as many connections as it may and drops the next one', async () => {
  await open({ maxConnections: 1 });
  const first = connect(path);
  await once(first, 'connect');
  const second = connect(path);
  second.on('error', () => {});
  await once(second, 'close');
  first.write('GET /users/ann HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
  expect(await text(first)).toMatch(/^HTTP\/1\.1 200 /);
});

it('ends a request over the socket that does not come to its end', async () => {
  await open({ requestTimeoutMs: 100 });
  const slow = connect(path);
  slow.write('GET /users/ann HTTP/1.1\r\nHost: te');
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
});

it('takes the place of a socket whose process was killed', async () => {
  await leaveStale();
  await open();
  expect((await getBySocket('/users/ann')).status).toBe(200);
});

it('refuses the place of a living server, and that server stays', async () => {
  await open();
  await expect(openServer({}, path)).rejects.toThrow(/Another process listens/);
  expect((await getBySocket('/users/ann')).status).toBe(200);
});

it('refuses to replace what is not a socket', async () => {
  writeFileSync(path, 'precious');
  await expect(openServer({}, path)).rejects.toThrow(/something else than a socket/);
});

it('refuses a path that would be cut off', async () => {
  path = join(directory, 'x'.repeat(108));
  await expect(openServer({}, path)).rejects.toThrow(/at most 103 fit/);
});

it('answers what is in progress when it stops, ends idle connections and removes the file', async () => {
  const { server, release, isHolding } = await open();
  expect((await getBySocket('/users/ann', keepAlive)).status).toBe(200);
  const held = getBySocket('/hold');
  await isHolding(1);
  const stopped = server.stop();
  await expect.poll(() => existsSync(path)).toBe(false);
  release();
  expect(await held).toMatchObject({ status: 200, text: 'released' });
  await stopped;
});

it('cuts off what takes too long over the socket', async () => {
  const { server, isHolding } = await open({ stopTimeoutMs: 50 });
  const held = getBySocket('/hold').catch((error: unknown) => error);
  await isHolding(1);
  await server.stop();
  expect(await held).toMatchObject({ code: 'ECONNRESET' });
});
