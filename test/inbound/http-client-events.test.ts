// POST /v1/client-events against everything that pages, scripts and other origins send.

import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ticketOf } from '../../src/wire/ticket.ts';
import { anyClientType, anyType, strictType } from '../fixtures/bad-event.ts';
import {
  type ClientIngest,
  goodClick,
  openClientIngest,
  page,
  path,
} from './open-client-ingest.ts';
import { goodClaims, nowS, secret, sign, stranger } from './open-content.ts';
import { type Answer, testKeys } from './open-ingest.ts';
import { get } from './open-server.ts';

let ingest: ClientIngest;
beforeAll(async () => {
  ingest = await openClientIngest({ burst: 1_000, perS: 1_000 });
});
afterAll(() => ingest.stop());
beforeEach(() => {
  ingest.published.length = 0;
  ingest.observed.length = 0;
  ingest.time.elapsedMs += 10_000;
});

const events = [goodClick];
const bearer = async (token: Promise<string>) => ({ authorization: `Bearer ${await token}` });
const symmetric = (key: Uint8Array) =>
  new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256' }).sign(key);

/** Nothing was published, and operators hear of it. */
function expectRefusal(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, json: answer.json }).toMatchObject({ status, json: { code } });
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.text).not.toMatch(/node_modules|\bat .*:\d+:\d+|bhk_/);
  expect(ingest.published).toEqual([]);
  expect(ingest.observed).toMatchObject([{ kind: 'event_refused', from: 'client', code }]);
}

describe('a page of an allowed origin', () => {
  it('reports about the user of its token alone, in the lane of the type', async () => {
    const seen = { id: 'c-2', type: anyClientType };
    const answer = await ingest.report({ events: [goodClick, seen] });
    const source = '/clients/alice';
    const tickets = [ticketOf(source, 'c-1'), ticketOf(source, 'c-2')];
    expect([answer.status, answer.json]).toEqual([202, { tickets }]);
    const clicked = { ...goodClick, source, user: 'alice', lane: 'interactive' };
    expect(ingest.published).toMatchObject([
      clicked,
      { ...seen, source, user: 'alice', lane: 'bulk', data: null },
    ]);
  });

  it('gets another ticket than another user for the same id', async () => {
    await ingest.report({ events });
    await ingest.report({ events }, await bearer(sign({ sub: 'bob' })));
    expect(new Set(ingest.published.map(({ ticket }) => ticket)).size).toBe(2);
    expect(ingest.published.map(({ user }) => user)).toEqual(['alice', 'bob']);
  });

  it('may read the answer, whatever it is, and send no cookie along', async () => {
    const bad = await ingest.report({});
    for (const { headers } of [await ingest.report({ events }), bad]) {
      expect(headers).toMatchObject({
        ...{ 'access-control-allow-origin': page, vary: 'Origin' },
        'access-control-expose-headers': 'Retry-After',
      });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('is told beforehand what it may send', async () => {
    const answer = await ingest.ask();
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Authorization, Content-Type',
      'access-control-max-age': '600',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
  });
});

describe('whoever cannot show whose browser it is', () => {
  it.each<[string, () => Promise<{ [name: string]: string | undefined }>]>([
    ['no token', async () => ({ authorization: undefined })],
    ['a token in a cookie', cookieOnly],
    ['an expired token', () => bearer(sign({ exp: nowS }))],
    ['another audience', () => bearer(sign({ aud: 'billing' }))],
    ['another issuer', () => bearer(sign({ iss: 'https://evil.example' }))],
    ['a stranger with our kid', () => bearer(sign({}, stranger))],
    ['HS256, where no secret is configured', () => bearer(symmetric(secret))],
    ['a sub that is no user', () => bearer(sign({ sub: '../alice' }))],
    ["a producer's key", async () => ({ authorization: `Bearer ${testKeys.full}` })],
  ])('is refused: %s', async (_what, headers) => {
    const answer = await ingest.report({ events }, await headers());
    expectRefusal(answer, 401, 'unauthorized');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  });

  it('is refused before anything of the body is looked at', async () => {
    const answer = await ingest.report('x'.repeat(100_000), { authorization: undefined });
    expectRefusal(answer, 401, 'unauthorized');
  });

  async function cookieOnly() {
    return { authorization: undefined, cookie: `beforehand_token=${await sign()}` };
  }
});

describe('a page of another origin', () => {
  it.each([
    ...[undefined, 'null', '', 'https://evil.example', 'http://shop.example'],
    ...['https://shop.example:8443', 'https://shop.example.evil.example', 'https://SHOP.example'],
  ])('is refused though its token is good: %j', async (origin) => {
    const answer = await ingest.report({ events }, { origin });
    expectRefusal(answer, 403, 'forbidden');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    const asked = await ingest.ask({ origin });
    expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is every page where no origin is allowed', async () => {
    const closed = await openClientIngest({ corsOrigins: [] });
    expect((await closed.report({ events })).status).toBe(403);
    expect((await closed.ask()).status).toBe(405);
    await closed.stop();
  });
});

it('is refused when it says that its body is compressed, and is not unpacked', async () => {
  const answer = await ingest.report({ events }, { 'content-encoding': 'gzip' });
  expectRefusal(answer, 415, 'unsupported_encoding');
});

describe('an event', () => {
  it.each([
    ['of a type for producers', { type: anyType }, 403, 'forbidden'],
    ['of a type for producers, with bad data', { type: strictType }, 403, 'forbidden'],
    ['of a type that nobody configured', { type: 'test.unknown' }, 422, 'unknown_type'],
    ['of the platform', { type: 'beforehand.erased' }, 422, 'reserved_type'],
    ['that only the platform reports', { type: 'content.requested' }, 422, 'reserved_type'],
    ['whose data does not fit', { data: { item: 7 } }, 422, 'invalid_data'],
  ])('is refused together with all others: %s', async (_what, flaw, status, code) => {
    const answer = await ingest.report({ events: [goodClick, { ...goodClick, ...flaw }] });
    expectRefusal(answer, status, code);
    expect(answer.json).toMatchObject({ event: 1 });
  });

  it('takes HS256 where a secret is configured', async () => {
    const dev = await openClientIngest({ secret });
    expect((await dev.report({ events }, await bearer(symmetric(secret)))).status).toBe(202);
    await dev.stop();
  });
});

it('is described as it is', async () => {
  const document = (await get(ingest.url, '/openapi.json')).json as {
    paths: { [path: string]: { post: { security: object[]; responses: object } } };
  };
  const post = document.paths[path]?.post;
  expect(post?.security).toEqual([{ clientToken: [] }]);
  const statuses = ['202', '400', '401', '403', '408', '413', '415', '422', '429', '431', '503'];
  expect(Object.keys(post?.responses ?? {})).toEqual(statuses);
});
