// The login of solo mode gives tokens away: these are the requests that must not reach it.

import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/errors.ts';
import { addDemoSessionRoutes } from '../../src/inbound/http-demo-session.ts';
import { Problem } from '../../src/inbound/http-problem.ts';
import { createHttpServer, type HttpServer } from '../../src/inbound/http-server.ts';

let server: HttpServer | undefined;

afterEach(() => server?.stop());

const path = '/demo/session';
const origin = 'http://127.0.0.1:8081';
const own = { host: '127.0.0.1:8081', origin };
const people = [{ user: 'ada', name: 'Ada', about: 'has a quote' }];
const cookie = 'beforehand_token=of-ada';

async function open({ isIngestUp = true } = {}) {
  server = await createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: () => {}, health: () => ({ reasons: [] }), maxBodyBytes: 1_024 },
    ...{ maxRequests: 100, maxConnections: 100, drainMs: 0, stopTimeoutMs: 10_000 },
    ...{ requestTimeoutMs: 10_000, handlerTimeoutMs: 10_000 },
  });
  const { routes } = server;
  const told: string[] = [];
  addDemoSessionRoutes(routes, {
    ...{ path, origin, people, tokenCookie: 'beforehand_token' },
    ...{ sessionTtlS: 28_800, tokenTtlS: 900, nowMs: () => 0 },
    async authenticate(headers) {
      if (headers.authorization === undefined && headers.cookie === cookie) {
        return { user: 'ada', endsAtMs: 1, isStillTrusted: async () => true };
      }
      throw new Problem('unauthorized', 'no');
    },
    signToken: async (user, ttlS) => `of-${user}-for-${ttlS}`,
    async reportLogin(user) {
      if (!isIngestUp) throw new Failure('unavailable', 'The ingest answered 503.');
      told.push(user);
    },
  });
  const request = (method: 'GET' | 'POST', url: string, headers: object, payload?: object) =>
    routes.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
  return {
    told,
    get: (headers: object = own) => request('GET', path, headers),
    logIn: (user: unknown, headers: object = own) => request('POST', path, headers, { user }),
    token: (headers: object = { ...own, cookie }) => request('POST', `${path}/token`, headers),
  };
}

describe('the login of solo mode', () => {
  it('says who is logged in, and who may be', async () => {
    const { get } = await open();
    const nobody = await get();
    expect([nobody.statusCode, nobody.json()]).toEqual([200, { user: null, people }]);
    expect(nobody.headers['cache-control']).toBe('no-store');
    expect((await get({ ...own, cookie })).json()).toEqual({ user: 'ada', people });
  });

  it('gives a cookie that no script sees, and tells the platform', async () => {
    const { logIn, told } = await open();
    const { statusCode, headers, body } = await logIn('ada');
    expect([statusCode, body]).toEqual([204, '']);
    expect(headers['set-cookie']).toBe(
      'beforehand_token=of-ada-for-28800; Max-Age=28800; Path=/; HttpOnly; SameSite=Strict',
    );
    expect(told).toEqual(['ada']);
  });

  it('takes the cookie away again, and tells nobody', async () => {
    const { logIn, told } = await open();
    const { statusCode, headers } = await logIn(null);
    expect(statusCode).toBe(204);
    expect(headers['set-cookie']).toMatch(/^beforehand_token=; Max-Age=0; Path=\/;/);
    expect(told).toEqual([]);
  });

  it('gives a token for minutes to whoever has the cookie', async () => {
    const { token } = await open();
    const { statusCode, body } = await token();
    expect(statusCode).toBe(200);
    const expiresAt = '1970-01-01T00:15:00.000Z';
    expect(JSON.parse(body)).toEqual({ token: 'of-ada-for-900', expiresAt });
    for (const headers of [own, { ...own, authorization: 'Bearer of-ada' }]) {
      expect((await token(headers)).statusCode).toBe(401);
    }
  });

  it('logs nobody in of whom it could not tell', async () => {
    const { logIn } = await open({ isIngestUp: false });
    const { statusCode, headers } = await logIn('ada');
    expect(statusCode).toBe(503);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('is for its people only, in the form that it documents', async () => {
    const { logIn, told } = await open();
    for (const user of ['alice', '', '__proto__', 'demo-ada']) {
      expect((await logIn(user)).statusCode).toBe(403);
    }
    for (const user of [undefined, 1, ['ada']]) expect((await logIn(user)).statusCode).toBe(400);
    expect(told).toEqual([]);
  });

  it('works at both names of this machine', async () => {
    const { get, logIn, token } = await open();
    const local = { host: 'localhost:8081', origin: 'http://localhost:8081' };
    expect((await get(local)).statusCode).toBe(200);
    expect((await logIn('ada', local)).statusCode).toBe(204);
    expect((await token({ ...local, cookie })).statusCode).toBe(200);
  });

  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of the other name of this machine', { origin: 'http://localhost:8081' }],
    ['of another port', { origin: 'http://127.0.0.1:9999' }],
    ['without an origin', { origin: undefined }],
    ['of no origin', { origin: 'null' }],
    ['that the browser calls foreign', { 'sec-fetch-site': 'same-site' }],
    ['of a foreign name that leads here', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('takes no post from a page %s', async (_what, changed) => {
    const { logIn, token, told } = await open();
    const headers = JSON.parse(JSON.stringify({ ...own, cookie, ...changed }));
    expect((await logIn('ada', headers)).statusCode).toBe(403);
    expect((await logIn(null, headers)).statusCode).toBe(403);
    expect((await token(headers)).statusCode).toBe(403);
    expect(told).toEqual([]);
  });

  it('tells a foreign name that leads here nothing', async () => {
    const { get } = await open();
    for (const host of ['evil.example:8081', '127.0.0.1:9999']) {
      expect((await get({ host, cookie })).statusCode).toBe(403);
    }
  });
});
