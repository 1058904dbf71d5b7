// The demo's back end needs no token of a user: these are the requests that must not reach it.

import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { addDemoRoutes, type ReportedDeed } from '../../src/inbound/http-demo.ts';
import { reportAndFollow } from '../../src/inbound/http-demo-steps.ts';
import { createHttpServer, type HttpServer } from '../../src/inbound/http-server.ts';

let server: HttpServer | undefined;

afterEach(() => server?.stop());

const id = '00000000-0000-4000-8000-000000000000';
const login = { id, user: 'demo-ada', type: 'user.login', data: {} };

async function open() {
  server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: () => {}, health: () => ({ reasons: [] }), maxBodyBytes: 1_024 },
    ...{ maxRequests: 100, maxConnections: 100, drainMs: 0, stopTimeoutMs: 10_000 },
    ...{ requestTimeoutMs: 10_000, handlerTimeoutMs: 10_000 },
  });
  const { routes } = server;
  const reported: ReportedDeed[] = [];
  const origin = 'http://127.0.0.1:8081';
  addDemoRoutes(routes, {
    origin,
    files: new Map([['page.html', { type: 'text/html', bytes: Buffer.from('a page') }]]),
    stage: {
      people: [{ user: 'demo-ada', name: 'Ada', about: '' }],
      ...{ categories: [], regions: [{ name: 'us', url: 'http://127.0.0.1:8082' }], farMs: 150 },
    },
    signToken: async (user) => `token-of-${user}`,
    report(deed) {
      reported.push(deed);
      return reported.length > 1 ? null : Readable.from(['a line\n'], { objectMode: false });
    },
    generateFarAway: async () => null,
  });
  const own = { host: '127.0.0.1:8081', origin };
  const request = (method: 'GET' | 'POST', url: string, headers: object, payload?: object) =>
    routes.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
  return {
    ...{ own, reported, origin },
    get: (url: string, headers: object = own) => request('GET', url, headers),
    post: (url: string, body: object, headers: object = own) => request('POST', url, headers, body),
  };
}

describe('the back end of the demo', () => {
  it('serves its page with a policy that allows nothing from elsewhere but the regions', async () => {
    const { get } = await open();
    const { statusCode, headers, body } = await get('/demo');
    expect([statusCode, body]).toEqual([200, 'a page']);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:8082;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|data:/);
  });

  it('answers HEAD like GET', async () => {
    const { routes } = (await open()) && (server as HttpServer);
    const host = '127.0.0.1:8081';
    const { statusCode } = await routes.inject({ method: 'HEAD', url: '/demo', headers: { host } });
    expect(statusCode).toBe(200);
  });

  it('leads from localhost and from a trailing slash to the one address', async () => {
    const { get, origin } = await open();
    const { headers } = await get('/demo', { host: 'localhost:8081' });
    expect(headers.location).toBe(`${origin}/demo`);
    expect((await get('/demo/')).headers.location).toBe('/demo');
  });

  it('has no file but those it has read', async () => {
    const { get } = await open();
    for (const path of ['/demo/none.js', '/demo/..%2Fpage.html', '/demo/__proto__']) {
      expect((await get(path)).statusCode).toBe(404);
    }
  });

  it.each([
    ['a foreign name that leads here', { host: 'evil.example:8081' }],
    ['another port', { host: '127.0.0.1:9999' }],
  ])('refuses %s, with the address to open', async (_what, changed) => {
    const { get, post, own, reported } = await open();
    const headers = { ...own, ...changed };
    for (const answer of [
      await get('/demo', headers),
      await get('/demo/stage', headers),
      await post('/demo/token', { user: 'demo-ada' }, headers),
      await post('/demo/events', login, headers),
    ]) {
      expect(answer.statusCode).toBe(403);
      expect(answer.json().detail).toContain('http://127.0.0.1:8081/demo');
    }
    expect(reported).toEqual([]);
  });

  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://127.0.0.1:9999' }],
    ['without an origin', { origin: undefined }],
    ['of no origin', { origin: 'null' }],
    ['that the browser calls foreign', { 'sec-fetch-site': 'same-site' }],
  ])('takes no post from a page %s', async (_what, changed) => {
    const { post, own, reported } = await open();
    const headers = JSON.parse(JSON.stringify({ ...own, ...changed }));
    for (const path of ['/demo/token', '/demo/events', '/demo/far']) {
      expect((await post(path, login, headers)).statusCode).toBe(403);
    }
    expect(reported).toEqual([]);
  });

  it('acts for the people on its stage only', async () => {
    const { post, reported } = await open();
    expect((await post('/demo/token', { user: 'demo-ada' })).json()).toEqual({
      token: 'token-of-demo-ada',
    });
    for (const user of ['alice', 'demo-adam', '', '__proto__']) {
      expect((await post('/demo/token', { user })).statusCode).toBe(403);
      expect((await post('/demo/far', { user })).statusCode).toBe(403);
      expect((await post('/demo/events', { ...login, user })).statusCode).toBe(403);
    }
    expect(reported).toEqual([]);
  });

  it('answers with the steps, and 503 when too many are followed', async () => {
    const { post } = await open();
    expect((await post('/demo/events', login)).body).toBe('a line\n');
    expect((await post('/demo/events', login)).statusCode).toBe(503);
  });

  it.each([{ id: 'e-1' }, { data: { a: 1 } }, { more: 'x' }])(
    'refuses a deed with %j',
    async (it) => {
      const { post } = await open();
      expect((await post('/demo/events', { ...login, ...it })).statusCode).toBe(400);
    },
  );
});

describe('the steps that it answers with', () => {
  const parts = { regions: ['eu', 'us'], patienceMs: 60_000, post: async () => {} };
  const linesIn = async (steps: Readable | null) =>
    (await (steps as Readable).toArray())
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('end when every region has it, and give their watch back', async () => {
    let isWatched = true;
    const steps = reportAndFollow({
      ...parts,
      watch(onStep) {
        for (const where of ['us', 'eu', 'eu']) {
          onStep({ step: 'positioned', where, beganMs: 1, endedMs: 2 });
        }
        return () => {
          isWatched = false;
        };
      },
    });
    expect((await linesIn(steps)).map(({ where }) => where)).toEqual(['us', 'eu']);
    expect(isWatched).toBe(false);
  });

  it.each([
    ['refused', { post: () => Promise.reject(new Error('422')) }, '422'],
    ['lost', { patienceMs: 1 }, 'Not in every region within 1 ms.'],
  ])('say so of an event that was %s', async (_what, changed, reason) => {
    const steps = reportAndFollow({ ...parts, watch: () => () => {}, ...changed });
    const [line] = await linesIn(steps);
    expect(line.step).toBe('failed');
    expect(line.where).toContain(reason);
  });
});
