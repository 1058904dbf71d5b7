// Placeholders of a configuration for Nginx, and what the region's door says itself.

import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { renderNginxConfig } from '../../src/servers/nginx-config.ts';
import { type NginxServer, startNginxServer } from '../../src/servers/nginx-server.ts';

const templateFile = join(import.meta.dirname, '..', '..', 'nginx', 'region.conf');
let directory: string;
let replica: Server;
let nginx: NginxServer;
let door: string;
let asked = 0;

/** A region whose first replica is dead and whose second says what it was asked. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-nginx-'));
  const [port, deadPort, livePort] = (await findFreePorts(3)) as [number, number, number];
  replica = createServer((request, response) => {
    if (request.url?.startsWith('/v1/refused')) response.statusCode = 503;
    asked += 1;
    response.end(`replica saw ${request.url}`);
  });
  await new Promise<void>((resolve) => replica.listen(livePort, '127.0.0.1', resolve));
  nginx = await startNginxServer({
    directory,
    program: inject('nginxProgram'),
    config: renderNginxConfig(readFileSync(templateFile, 'utf8'), {
      port,
      replicas: [deadPort, livePort]
        .map((replica) => `server 127.0.0.1:${replica} max_fails=2 fail_timeout=1s;`)
        .join('\n'),
    }),
    port,
    logFile: join(directory, 'nginx.log'),
  });
  door = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  await nginx.stop();
  replica.closeAllConnections();
  replica.close();
  await rm(directory, { recursive: true });
});

it('fills every placeholder and leaves the variables of Nginx alone', () => {
  const template = 'listen {{port}}; return 200 $host; # {{port}}';
  expect(renderNginxConfig(template, { port: 80 })).toBe('listen 80; return 200 $host; # 80');
});

it('refuses a placeholder without a value and a value without a place', () => {
  expect(() => renderNginxConfig('{{port}}', {})).toThrow('unknown {{port}}');
  expect(() => renderNginxConfig('', { port: 80 })).toThrow('no place for port');
});

it('asks a living replica for everyone while another is dead', async () => {
  for (const user of ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal']) {
    const response = await fetch(`${door}/v1/content/me`, { headers: { authorization: user } });
    expect(await response.text()).toBe('replica saw /v1/content/me');
  }
});

it('passes a refusal on once and keeps asking the replica that refused, for everyone', async () => {
  const before = asked;
  for (const user of ['ann', 'ben', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal']) {
    const refused = await fetch(`${door}/v1/refused`, { headers: { authorization: user } });
    expect([refused.status, await refused.text()]).toEqual([503, 'replica saw /v1/refused']);
    const read = await fetch(`${door}/v1/generic`, { headers: { authorization: user } });
    expect(read.status).toBe(200);
  }
  expect(asked - before).toBe(16);
});

it('writes nothing to its log that clients can bring about', () => {
  expect(readFileSync(join(directory, 'nginx.log'), 'utf8')).toBe('');
});

it.each<[string, string, RequestInit, number, string]>([
  ['what is not for clients', '/metrics', {}, 404, 'not_found'],
  ['an endless address', `/v1/${'x'.repeat(9_000)}`, {}, 414, 'uri_too_long'],
  ['endless headers', '/v1/x', { headers: { x: 'x'.repeat(9_000) } }, 431, 'headers_too_large'],
  ['a body', '/v1/x', { method: 'POST', body: 'x'.repeat(3_000) }, 413, 'body_too_large'],
])('answers %s with a problem', async (_, path, init, status, code) => {
  const response = await fetch(door + path, init);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code });
});
