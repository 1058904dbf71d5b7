// What every HTTP door of ours does, whatever its routes: limits, health, stopping.

import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { problems } from '../../src/inbound/http-problem.ts';
import type { HttpServer } from '../../src/inbound/http-server.ts';
import { send } from './open-ingest.ts';
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

describe('a request', () => {
  it('of another method is answered 405 with those that the path takes', async () => {
    const { url } = await open();
    const answer = await send(new URL('/echo', url), {}, '', 'DELETE');
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  it.each(['/nothing', '/health/live/', '//health/live', '/HEALTH/live', '/health/live%2f'])(
    'for a path that is not exactly a route is answered 404: %s',
    async (path) => {
      const { url } = await open();
      const answer = await get(url, path);
      expect(answer).toMatchObject({ status: 404, json: { code: 'not_found' } });
    },
  );

  it('for a file that is not there is answered 404, and another method for it 405', async () => {
    const { url } = await open();
    expect((await get(url, '/docs/static/nothing.js')).status).toBe(404);
    const answer = await send(new URL('/docs/static/nothing.js', url), {}, '', 'DELETE');
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('with a path that is not UTF-8 is answered 400, with one too long 414', async () => {
    const { url } = await open();
    expect(await get(url, '/users/%ff')).toMatchObject({ status: 400 });
    expect(await get(url, `/users/${'u'.repeat(401)}`)).toMatchObject({ status: 414 });
  });

  it('that fails for our own reasons tells the operator why, and the caller nothing', async () => {
    const { url, observed } = await open();
    const answer = await get(url, '/fail');
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(answer.text).not.toContain('secret');
    expect(observed).toMatchObject([{ kind: 'request_failed', method: 'GET', route: '/fail' }]);
  });

  it('is refused with 503 and Retry-After when too many are in progress, but health is not', async () => {
    const { url, release, isHolding } = await open({ maxRequests: 2 });
    const held = [get(url, '/hold'), get(url, '/hold')];
    await isHolding(2);
    const refused = await get(url, '/hold');
    expect(refused).toMatchObject({ status: 503, json: { code: 'overloaded' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get(url, '/health/ready')).status).toBe(200);
    release();
    expect((await Promise.all(held)).map((answer) => answer.status)).toEqual([200, 200]);
    expect((await get(url, '/hold')).status).toBe(200);
  });

  it('is refused with 503 when 16 of its connection are in progress, which others do not notice', async () => {
    const { url, release, isHolding } = await open({ maxRequests: 20 });
    const one = 'GET /hold HTTP/1.1\r\nHost: test\r\n';
    const heard = say(url, `${`${one}\r\n`.repeat(20)}${one}Connection: close\r\n\r\n`);
    await isHolding(16);
    const other = get(url, '/hold');
    await isHolding(17);
    release();
    expect((await other).status).toBe(200);
    const statuses = [...(await heard).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
    expect(statuses).toEqual([...Array(16).fill('200'), ...Array(5).fill('503')]);
  });

  it('is counted no longer when its connection is gone, also behind another one', async () => {
    const { url, isHolding, release } = await open({ maxRequests: 2 });
    const socket = connect(Number(url.port), url.hostname);
    socket.write('GET /hold HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(2));
    await isHolding(2);
    expect((await get(url, '/hold')).status).toBe(503);
    socket.destroy();
    await expect.poll(async () => (await get(url, '/users/a')).status).toBe(200);
    const both = [get(url, '/hold'), get(url, '/hold')];
    await isHolding(4);
    release();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await get(url, '/hold')).status).toBe(200);
  });

  it('whose body does not come is answered 408, and its connection ends', async () => {
    const { url } = await open({ handlerTimeoutMs: 100 });
    const heard = await say(
      url,
      `POST /echo HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('whose answer does not come is answered 503', async () => {
    const { url } = await open({ handlerTimeoutMs: 100 });
    expect(await get(url, '/hold')).toMatchObject({
      status: 503,
      json: { code: 'deadline_exceeded' },
      headers: { 'retry-after': '1' },
    });
  });

  it('with a body over the limit is answered 413 before the body was sent', async () => {
    const { url } = await open();
    const heard = await say(
      url,
      `POST /echo HTTP/1.1\r\n${head}Content-Length: 1073741824\r\n\r\n`,
    );
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('can be one of a hundred in a row on one connection', async () => {
    const { url } = await open();
    const one = 'GET /health/live HTTP/1.1\r\nHost: test\r\n';
    const heard = await say(url, `${`${one}\r\n`.repeat(99)}${one}Connection: close\r\n\r\n`);
    expect(heard.match(/HTTP\/1\.1 200 /g)).toHaveLength(100);
  });
});

describe('health', () => {
  it('says why a process is not ready', async () => {
    const { url } = await open({
      health: () => ({ reasons: ['broker_unavailable'], facts: { skewMs: 7 } }),
    });
    expect(await get(url, '/health/ready')).toMatchObject({
      status: 503,
      json: { status: 'not_ready', reasons: ['broker_unavailable'], facts: { skewMs: 7 } },
    });
    expect(await get(url, '/health/live')).toMatchObject({ status: 200 });
  });
});

describe('stopping', () => {
  it('is not ready first, then answers what is in progress, then is gone', async () => {
    const { server, url, release, isHolding } = await open({ drainMs: 1_000 });
    const held = get(url, '/hold');
    await isHolding(1);
    const stopped = server.stop();
    expect(await get(url, '/health/ready', { connection: 'keep-alive' })).toMatchObject({
      status: 503,
      json: { reasons: ['stopping'] },
      headers: { connection: 'close' },
    });
    // Still served: whoever balances the load may not have noticed yet.
    expect((await get(url, '/users/a')).status).toBe(200);
    release();
    expect(await held).toMatchObject({ status: 200, text: 'released' });
    await Promise.all([stopped, server.stop()]);
    await expect(get(url, '/health/live')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('cuts off what takes too long', async () => {
    const { server, url, isHolding } = await open({ stopTimeoutMs: 50 });
    const held = get(url, '/hold').catch((error: unknown) => error);
    await isHolding(1);
    await server.stop();
    expect(await held).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('the description of the routes', () => {
  it('is OpenAPI 3.1, with a page that needs nothing from elsewhere', async () => {
    const { url } = await open();
    expect((await get(url, '/openapi.json')).json).toMatchObject({ openapi: '3.1.0' });
    const page = await get(url, '/docs');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\/static\//);
      expect((await get(url, link)).status).toBe(200);
    }
  });
});

it('gives each problem a status that HTTP knows as an error', () => {
  for (const { status } of Object.values(problems)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  }
});
