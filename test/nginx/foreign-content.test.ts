// Whoever asks in a crooked way gets nobody else's content, and nothing a shared cache may keep.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bearer,
  es256,
  forge,
  nowS,
  rs256,
  sign,
  signWithSecret,
  stranger,
} from './client-tokens.ts';
import {
  type Answer,
  type Asked,
  audience,
  canaryOf,
  issuer,
  openDoor,
  positioned,
} from './open-door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  door = await openDoor({ keys: [es256.jwk, rs256.jwk] });
  // Bob's verdict is in Nginx's cache, for tokens that would like to be taken for his.
  expect((await door.ask({ path: '/v1/content/me', headers: bearer(bob) })).status).toBe(200);
});

afterAll(() => door.stop());

const good = bearer(await sign());
const bob = await sign({ sub: 'bob' });
const [bobHeader, bobClaims, bobSignature] = bob.split('.') as [string, string, string];
const [, aliceClaims] = (await sign()).split('.') as [string, string, string];
const claims = { iss: issuer, aud: audience, sub: 'bob', exp: nowS() + 600 };

const paths = [
  ...['/v1/content/bob', '/v1/content/%62ob', '/v1/content/b%6Fb', '/v1/content/me.css'],
  ...['/v1/content/me/..%2fbob', '/v1/content/me/../bob', '/v1/content/me/%2e%2e/bob'],
  ...['/v1/content/me%2f..%2fbob', '/v1/content/me/..;/bob', '/v1/content//bob'],
  ...['/v1//content/bob', '//v1/content/bob', '/v1/content/me;x.js', '/v1/content/me%3bx.js'],
  ...['/v1/content/me%00.png', '/v1/content/bob%00', '/v1/content/ME', '/v1/content/me%0a'],
  ...[
    '/v1/content/bob%0d%0aX-Subject:%20bob',
    '/v1/content/bob%20alice',
    '/v1/content/me%5c..%5cbob',
  ],
  ...['/v1/content/me\\..\\bob', '/v1/content/..', '/v1/content/.', '/v1/content/%2e%2e'],
  ...[
    '/v1/content/..%2fpending.json',
    '/v1/content/%2e%2e%2fgeneric.json',
    '/v1/content/%252e%252e',
  ],
  ...['/v1/content/bob#alice', '/v1/content/bob?user=alice', '/v1/content/me?user=bob&user=alice'],
  ...['/v1/content/me?__proto__[x]=1', '/v1/content/me?cb=alert', '/v1/content/me?%'],
  ...['/v1/content/none', '/v1/content/pending.json', '/v1/content/heartbeat', '/v1/content/me/'],
  ...['/v1/content/bob/offers', '/v1/content/users', '/pending', '/verdict', '/problems/nothing'],
  ...[
    '/users/',
    '/v1/content/alice%2f',
    '/V1/content/bob',
    '/v1/content/%c0%ae%c0%ae/bob',
    '/v1/content/%ff',
  ],
  `/v1/content/${'x'.repeat(3_000)}`,
];

const headers: { [name: string]: string }[] = [
  { 'x-original-url': '/v1/content/bob' },
  { 'x-rewrite-url': '/v1/content/bob' },
  { 'x-forwarded-host': 'evil.example' },
  { 'x-http-method-override': 'DELETE' },
  { 'x-subject': 'bob' },
  { 'x-position': '../generic.json' },
  { 'x-accel-redirect': '/pending' },
  { 'x-accel-expires': '@9999999999' },
  { cookie: `beforehand_token=${bob}` },
  { range: `bytes=${Array(500).fill('0-0').join(',')}` },
  { 'if-none-match': Array(900).fill('"x"').join(',') },
  { 'if-modified-since': 'rubbish' },
  { origin: 'https://evil.example' },
  { accept: 'text/html', 'accept-language': '../../bob' },
];

const tokens: [string, string][] = [
  ['unsigned', forge({ alg: 'none' }, claims, '')],
  ['unsigned with a signature', forge({ alg: 'none' }, claims)],
  ['of a stranger', await sign({ sub: 'bob' }, stranger)],
  ['HS256 without a secret', await signWithSecret({ sub: 'bob' })],
  ['HS256 by the public key', await signWithSecret({ sub: 'bob' }, JSON.stringify(es256.jwk))],
  ['kid is a path', await sign({ sub: 'bob' }, stranger, { kid: '../../dev/null' })],
  ['brings its key', await sign({ sub: 'bob' }, stranger, { jwk: stranger.jwk })],
  ['names its keys', await sign({ sub: 'bob' }, stranger, { jku: 'https://evil.example' })],
  ['kid of another kind of key', await sign({ sub: 'bob' }, es256, { kid: 'rs-1' })],
  ['algorithm of another key', forge({ alg: 'RS256', kid: 'es-1' }, claims, bobSignature)],
  ['algorithm constructor', forge({ alg: 'constructor' }, claims)],
  ['algorithm __proto__', forge({ alg: '__proto__' }, claims)],
  ['extension that must be understood', forge({ alg: 'ES256', crit: ['x'] }, claims, bobSignature)],
  ['claims exchanged', `${bobHeader}.${aliceClaims}.${bobSignature}`],
  ['signature cut', `${bobHeader}.${bobClaims}.${bobSignature.slice(0, 40)}`],
  ['signature of zeros', `${bobHeader}.${bobClaims}.${Buffer.alloc(64).toString('base64url')}`],
  ['no signature', `${bobHeader}.${bobClaims}.`],
  ['four parts', `${bob}.x`],
  ['audience missing', await sign({ sub: 'bob', aud: undefined })],
  ['another audience', await sign({ sub: 'bob', aud: ['x', 'contents'] })],
  ['list of issuers', await sign({ sub: 'bob', iss: [issuer] })],
  ['subject is a number', await sign({ sub: 1 })],
  ['subject is an object', await sign({ sub: { toString: 'bob' } })],
  ['subject is a list', await sign({ sub: ['bob'] })],
  ['subject leads elsewhere', await sign({ sub: '../generic.json' })],
  ['subject with a line end', await sign({ sub: 'bob\r\nX-Position: x' })],
  ['expiry is a text', await sign({ sub: 'bob', exp: String(nowS() + 600) as never })],
  ['expired', await sign({ sub: 'bob', exp: nowS() - 1 })],
  ['not yet begun', await sign({ sub: 'bob', nbf: nowS() + 600 })],
  ['no JSON', 'e30.bm9wZQ.AAAA'],
  ['null', 'bnVsbA.bnVsbA.AAAA'],
];

const crooked: [string, Asked, string | null][] = [
  ...paths.map((path): [string, Asked, string] => [
    path.slice(0, 60),
    { path, headers: good },
    'alice',
  ]),
  ...headers.map((more): [string, Asked, string] => [
    JSON.stringify(more).slice(0, 60),
    { path: '/v1/content/me', headers: { ...good, ...more } },
    'alice',
  ]),
  ...tokens.map(([name, token]): [string, Asked, null] => [
    name,
    { path: '/v1/content/bob', headers: bearer(token) },
    null,
  ]),
];

function mustBeHarmless(answer: Answer, reader: string | null): void {
  const others = positioned.filter((user) => user !== reader);
  for (const user of others) expect(answer.text).not.toContain(`"${canaryOf(user)}"`);
  expect(answer.headers['cache-control'] ?? 'no-store').toMatch(/^(no-store|private, no-cache)$/);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
}

it('asks in at least 60 ways', () => {
  expect(crooked.length).toBeGreaterThanOrEqual(60);
});

describe('with its replica', () => {
  it.each(crooked)('gives nothing foreign: %s', async (_, request, reader) => {
    const answer = await door.ask(request);
    mustBeHarmless(answer, reader);
    expect(answer.status).toBeLessThan(500);
    if (reader === null) expect(answer.status).toBe(401);
  });
});

describe('with a dead replica', () => {
  beforeAll(() => door.stopReplica());

  it.each(crooked)('gives nothing foreign: %s', async (_, request, reader) => {
    const answer = await door.ask(request);
    mustBeHarmless(answer, reader);
    // 503 says that the replica is missing; nothing may break.
    expect([500, 502, 504]).not.toContain(answer.status);
    if (reader === null) expect(answer.status).toBe(401);
  });
});
