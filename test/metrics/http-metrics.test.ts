// GET /metrics: who may ask, and when.

import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/inbound/http-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'beforehand-metrics-'));
const socketPath = join(directory, 'door.sock');
let server: HttpServer | undefined;
afterEach(() => server?.stop());
afterAll(() => rmSync(directory, { recursive: true }));

const mediaType = 'text/plain; version=0.0.4; charset=utf-8';

async function open(page: { mediaType: string; text(): Promise<string> } | null) {
  server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: () => {}, health: () => ({ reasons: [] }), metrics: page },
    ...{ maxBodyBytes: 1_024, maxRequests: 1, maxConnections: 100, drainMs: 0 },
    ...{ requestTimeoutMs: 5_000, handlerTimeoutMs: 5_000, stopTimeoutMs: 0 },
  });
  server.routes.get('/slow', () => new Promise(() => {}));
  return server.listen({ host: '127.0.0.1', port: 0, socketPath });
}

function statusOverSocket(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    outgoing.on('error', reject).end();
  });
}

const page = { mediaType, text: async () => 'beforehand_postgres_up 1\n' };

it('answers in the format of Prometheus, also while no other request is let in', async () => {
  const url = await open(page);
  const slow = fetch(`${url}/slow`).catch(() => {});
  await expect.poll(async () => (await fetch(`${url}/other`)).status).toBe(503);
  const response = await fetch(`${url}/metrics`);
  expect([response.status, await response.text()]).toEqual([200, await page.text()]);
  expect(response.headers.get('content-type')).toBe(mediaType);
  expect(response.headers.get('cache-control')).toBe('no-store');
  await server?.stop();
  await slow;
});

it('is not there over the unix socket, behind which Nginx and the internet are', async () => {
  await open(page);
  expect(await statusOverSocket('/health/live')).toBe(200);
  expect(await statusOverSocket('/metrics')).toBe(404);
});

it('is not there where another part of the process tells it', async () => {
  const url = await open(null);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});
