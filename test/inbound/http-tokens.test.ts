// Tokens that must open nothing, and the few that do.

import { createPublicKey } from 'node:crypto';
import { CompactSign, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  audience,
  es256,
  expectRefusal,
  goodClaims,
  issuer,
  nowS,
  openContent,
  rs256,
  secret,
  sign,
  stranger,
  type TestContent,
} from './open-content.ts';

let content: TestContent;
let original: TestContent['keys']['set'];
beforeAll(async () => {
  content = await openContent();
  original = content.keys.set;
});
afterEach(() => {
  content.keys.set = original;
});
afterAll(() => content.stop());

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, signed by nobody. */
const unsigned = (header: object, claims: object = goodClaims) =>
  `${encode(header)}.${encode(claims)}.`;

const symmetric = (key: Uint8Array, header: object = {}) =>
  new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256', kid: 'es-1', ...header }).sign(key);

async function withChanged(part: 0 | 1 | 2, value: string): Promise<string> {
  const parts = (await sign()).split('.');
  parts[part] = value;
  return parts.join('.');
}

/** The public key as the text that a careless verifier takes for a secret. */
const publicPem = () =>
  createPublicKey({ key: { ...es256.jwk }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
const publicJson = () => new TextEncoder().encode(JSON.stringify(es256.jwk));

const badTokens: { [what: string]: () => string | Promise<string> } = {
  'nothing is signed: alg none': () => `${unsigned({ alg: 'none' })}x`,
  'alg None, with a signature': async () => withChanged(0, encode({ alg: 'None', kid: 'es-1' })),
  'no signature at all': () => unsigned({ alg: 'ES256', kid: 'es-1' }),
  'no alg': async () => withChanged(0, encode({ kid: 'es-1' })),
  'HS256 with the public key as PEM': () => symmetric(new TextEncoder().encode(publicPem())),
  'HS256 with the public key as JSON': () => symmetric(publicJson()),
  'HS256 with a secret, where none is configured': () => symmetric(secret),
  'a stranger with our kid': () => sign({}, stranger),
  'the key of another algorithm': () => sign({}, rs256, { kid: 'es-1' }),
  'a kid nobody knows': () => sign({}, es256, { kid: 'es-2' }),
  'a kid that is a path': () => sign({}, es256, { kid: '../../dev/null' }),
  'no kid, where there are two keys of the kind': async () => {
    content.keys.set = { ...original, jwks: [...original.jwks, { ...stranger.jwk, kid: 'es-9' }] };
    return sign({}, es256, { kid: undefined });
  },
  'an end that is too large to be a number': () =>
    new CompactSign(Buffer.from(JSON.stringify(goodClaims).replace(/"exp":\d+/, '"exp":1e999')))
      .setProtectedHeader({ alg: 'ES256', kid: 'es-1' })
      .sign(es256.privateKey),
  'its own key in the header': () => sign({}, stranger, { kid: 'es-7', jwk: stranger.jwk }),
  'its own key behind a URL': () =>
    sign({}, stranger, { kid: 'es-7', jku: 'https://evil.example/jwks.json' }),
  'a critical extension nobody knows': async () =>
    withChanged(0, encode({ alg: 'ES256', kid: 'es-1', crit: ['x'], x: 1 })),
  'claims changed after signing': () => withChanged(1, encode({ ...goodClaims, sub: 'bob' })),
  'another signature': () => withChanged(2, Buffer.alloc(64, 1).toString('base64url')),
  'an all-zero signature': () => withChanged(2, Buffer.alloc(64).toString('base64url')),
  'claims that are no object': () => withChanged(1, encode(['alice'])),
  'expired this second': () => sign({ exp: nowS }),
  'expired long ago': () => sign({ exp: 1 }),
  'no exp': () => sign({ exp: undefined }),
  'exp as text': async () => sign({ exp: String(nowS + 60) }),
  'exp as null': () => sign({ exp: null }),
  'not valid yet': () => sign({ nbf: nowS + 1 }),
  'nbf as text': () => sign({ nbf: '0' }),
  'another audience': () => sign({ aud: 'billing' }),
  'audiences without ours': () => sign({ aud: ['billing', `${audience}x`] }),
  'no audience': () => sign({ aud: undefined }),
  'another issuer': () => sign({ iss: `${issuer}/` }),
  'issuers in a list': () => sign({ iss: [issuer] }),
  'no issuer': () => sign({ iss: undefined }),
  'no sub': () => sign({ sub: undefined }),
  'sub as number': () => sign({ sub: 7 }),
  'sub as list': () => sign({ sub: ['alice'] }),
  'sub as object': () => sign({ sub: { toString: 'alice' } }),
  'an empty sub': () => sign({ sub: '' }),
  'a sub that is no user': () => sign({ sub: '../alice' }),
  'a sub with a line break': () => sign({ sub: 'alice\n' }),
  'four parts': async () => `${await sign()}.x`,
  'two parts': () => 'a.b',
  'eight thousand characters': () =>
    `${'a'.repeat(2_000)}.${'b'.repeat(4_000)}.${'c'.repeat(2_000)}`,
};

describe('no token', () => {
  it.each(['', 'Bearer', 'Bearer ', 'Basic YWxpY2U6eA==', 'Token x', 'bearer a', 'Bearer a.b.c d'])(
    'opens nothing: %j',
    async (authorization) => {
      for (const path of ['/v1/content/me', '/v1/content/alice', '/v1/content/alice/offers']) {
        expectRefusal(await content.send(path, authorization === '' ? {} : { authorization }));
      }
    },
  );

  it('is found in a query or a cookie of another name', async () => {
    const token = await sign();
    expectRefusal(await content.send(`/v1/content/me?access_token=${token}`));
    expectRefusal(await content.send('/v1/content/me', { cookie: `token=${token}` }));
  });
});

describe('a bad token', () => {
  it.each(Object.keys(badTokens))('opens nothing: %s', async (what) => {
    const token = await badTokens[what]?.();
    const answer = await content.send('/v1/content/me', { authorization: `Bearer ${token}` });
    expectRefusal(answer);
    expect(content.observed).toEqual([]);
  });

  it('opens nothing beside a good one', async () => {
    const authorization = [content.bearer, `Bearer ${await sign({ sub: 'bob' })}`];
    const headers = { authorization } as unknown as { [name: string]: string };
    const { status, text } = await content.send('/v1/content/me', headers);
    expect(status).toBe(400);
    expect(text).not.toContain('canary');
  });
});

describe('a good token', () => {
  it.each([
    ['ES256', () => sign()],
    ['RS256', () => sign({}, rs256)],
    ['no kid, where there is one key of the kind', () => sign({}, es256, { kid: undefined })],
    ['several audiences, one of them ours', () => sign({ aud: ['billing', audience] })],
    ['valid from this second on', () => sign({ nbf: nowS })],
    ['valid for one more second', () => sign({ exp: nowS + 1 })],
    ['claims nobody asked for', () => sign({ admin: true, user: 'bob', scope: '*' })],
  ])('opens the document of its subject: %s', async (_what, token) => {
    const authorization = `Bearer ${await token()}`;
    const { status, text } = await content.send('/v1/content/me', { authorization });
    expect([status, JSON.parse(text).user]).toEqual([200, 'alice']);
  });

  it('is refused once its key is gone, and accepted while both keys are there', async () => {
    const next = { ...stranger.jwk, kid: 'es-2' };
    const oldToken = `Bearer ${await sign()}`;
    const newToken = `Bearer ${await sign({}, stranger, { kid: 'es-2' })}`;
    const statuses = async () => [
      (await content.send('/v1/content/me', { authorization: oldToken })).status,
      (await content.send('/v1/content/me', { authorization: newToken })).status,
    ];
    expect(await statuses()).toEqual([200, 401]);
    content.keys.set = { ...original, jwks: [es256.jwk, next] };
    expect(await statuses()).toEqual([200, 200]);
    content.keys.set = { ...original, jwks: [next] };
    expect(await statuses()).toEqual([401, 200]);
  });
});

describe('a secret for development', () => {
  it('opens with HS256 and nothing else does', async () => {
    const dev = await openContent({ secret });
    const status = async (token: string) =>
      (await dev.send('/v1/content/me', { authorization: `Bearer ${token}` })).status;
    expect(await status(await symmetric(secret))).toBe(200);
    expect(await status(await sign())).toBe(200);
    expect(await status(await symmetric(new TextEncoder().encode(publicPem())))).toBe(401);
    expect(await status(await symmetric(secret, { alg: 'HS512' }))).toBe(401);
    expect(await status(unsigned({ alg: 'HS256' }))).toBe(401);
    await dev.stop();
  });
});
