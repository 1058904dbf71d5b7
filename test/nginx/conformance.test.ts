// What Nginx says is what the replica says: the same requests, asked of both.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../../src/inbound/http-etag.ts';
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
import { essence } from './essence.ts';
import { type Asked, documentOf, openDoor, origin } from './open-door.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  door = await openDoor({ keys: [es256.jwk, rs256.jwk], hasSecret: true });
});

afterAll(() => door.stop());

const me = '/v1/content/me';
const etag = etagOf(Buffer.from(documentOf('alice')));
const good = bearer(await sign());
const ofAt = bearer(await sign({ sub: 'a@b' }));

function asked(path: string, headers: Asked['headers'] = {}, method = 'GET'): Asked {
  return { path, method, headers: { ...good, ...headers } };
}

const reads: [string, Asked][] = [
  ['me', asked(me)],
  ['the own name', asked('/v1/content/alice')],
  ['a name that is percent-encoded', asked('/v1/content/%61lice')],
  ['an encoded @', asked('/v1/content/a%40b', ofAt)],
  ['a plain @', asked('/v1/content/a@b', ofAt)],
  ['HEAD', asked(me, {}, 'HEAD')],
  ['a user without a file', asked(me, bearer(await sign({ sub: 'carol' })))],
  ['RS256', asked(me, bearer(await sign({}, rs256)))],
  ['HS256', asked(me, bearer(await signWithSecret()))],
  ['one audience of several', asked(me, bearer(await sign({ aud: ['x', 'content'] })))],
  ['a small bearer', asked(me, { authorization: `bearer ${await sign()}` })],
  ['the same validator', asked(me, { 'if-none-match': etag })],
  ['the same validator by HEAD', asked(me, { 'if-none-match': etag }, 'HEAD')],
  ['the same validator, weak', asked(me, { 'if-none-match': `W/${etag}` })],
  ['the same validator among others', asked(me, { 'if-none-match': `"x", ${etag}` })],
  ['the same validator without a space', asked(me, { 'if-none-match': `"x",${etag}` })],
  ['another validator', asked(me, { 'if-none-match': '"x"' })],
  ['any validator', asked(me, { 'if-none-match': '*' })],
  ['a validator in rubbish', asked(me, { 'if-none-match': `rubbish ${etag}` })],
  ['an unfinished validator', asked(me, { 'if-none-match': '"' })],
  ['many validators', asked(me, { 'if-none-match': Array(500).fill('"x"').join(', ') })],
  ['If-Match', asked(me, { 'if-match': '"x"' })],
  ['If-Unmodified-Since', asked(me, { 'if-unmodified-since': new Date(0).toUTCString() })],
  ['If-Modified-Since', asked(me, { 'if-modified-since': new Date().toUTCString() })],
  ['both conditions', asked(me, { 'if-modified-since': 'x', 'if-none-match': etag })],
  ['a range', asked(me, { range: 'bytes=0-0' })],
  ['many ranges', asked(me, { range: `bytes=${Array(100).fill('0-0').join(',')}` })],
  ['a range with a condition', asked(me, { range: 'bytes=0-0', 'if-range': etag })],
  ['HTML', asked(me, { accept: 'text/html' })],
  ['no encoding', asked(me, { 'accept-encoding': '*;q=0' })],
  ['a slot', asked(`${me}/offers`)],
  ['a query', asked(`${me}?user=bob`)],
  ['an empty query', asked(`${me}?`)],
  ['a wait that is none', asked(`${me}?after=a&wait=99999`)],
  ['generic content', { path: '/v1/generic' }],
  ['generic content by HEAD', { path: '/v1/generic', method: 'HEAD' }],
  ['generic content with a query', { path: '/v1/generic?x=1' }],
  ['generic content, any validator', { path: '/v1/generic', headers: { 'if-none-match': '*' } }],
  ['life', { path: '/health/live' }],
  ['readiness', { path: '/health/ready' }],
];

const refusals: [string, Asked][] = [
  ['no token', { path: me }],
  ['no token by HEAD', { path: me, method: 'HEAD' }],
  ['basic credentials', asked(me, { authorization: 'Basic YTpi' })],
  ['two tokens', asked(me, { authorization: `Bearer ${await sign()} x` })],
  ['a token of a stranger', asked(me, bearer(await sign({}, stranger)))],
  ['an expired token', asked(me, bearer(await sign({ exp: nowS() - 1 })))],
  ['a token of tomorrow', asked(me, bearer(await sign({ nbf: nowS() + 86_400 })))],
  ['an unsigned token', asked(me, bearer(forge({ alg: 'none' }, { sub: 'alice' }, 'x')))],
  ['no expiry', asked(me, bearer(await sign({ exp: undefined })))],
  ['no audience', asked(me, bearer(await sign({ aud: undefined })))],
  ['another issuer', asked(me, bearer(await sign({ iss: 'x' })))],
  ['a subject that is no user', asked(me, bearer(await sign({ sub: '../bob' })))],
  ['a subject with a line end', asked(me, bearer(await sign({ sub: 'alice\n' })))],
  ['the subject me', asked(me, bearer(await sign({ sub: 'me' })))],
  ['an unknown kid', asked(me, bearer(await sign({}, es256, { kid: 'x' })))],
  ['somebody else', asked('/v1/content/bob')],
  ['somebody else by HEAD', asked('/v1/content/bob', {}, 'HEAD')],
  ['nobody', asked('/v1/content/nobody')],
  ['POST', asked(me, {}, 'POST')],
  ['DELETE', asked(me, {}, 'DELETE')],
  ['OPTIONS', asked(me, {}, 'OPTIONS')],
  ['a slot without a token', { path: `${me}/offers` }],
  ['a trailing slash', asked(`${me}/`)],
];

const browser = { origin, 'access-control-request-method': 'GET' };
const pages: [string, Asked][] = [
  ['a cookie', { path: me, headers: { cookie: `a=b; beforehand_token=${await sign()}` } }],
  ['a bad cookie', { path: me, headers: { cookie: 'beforehand_token=x.y.z' } }],
  ['a cookie that is no token', { path: me, headers: { cookie: 'beforehand_token=x' } }],
  [
    'two cookies',
    { path: me, headers: { cookie: `beforehand_token=${await sign()}; beforehand_token=x` } },
  ],
  ['a cookie beside a header', asked(me, { cookie: 'beforehand_token=x.y.z' })],
  ['an allowed origin', asked(me, { origin })],
  ['an allowed origin without a token', { path: me, headers: { origin } }],
  ['an allowed origin for somebody else', asked('/v1/content/bob', { origin })],
  ['generic content for an allowed origin', { path: '/v1/generic', headers: { origin } }],
  ['another origin', asked(me, { origin: 'https://evil.example' })],
  ['two origins in one', asked(me, { origin: `https://evil.example ${origin}` })],
  ['a list as an origin', asked(me, { origin: `${origin}|${origin}` })],
  ['the same validator for an allowed origin', asked(me, { origin, 'if-none-match': etag })],
  ['a preflight', { path: me, method: 'OPTIONS', headers: browser }],
  [
    'a preflight of another origin',
    { path: me, method: 'OPTIONS', headers: { ...browser, origin: 'https://evil.example' } },
  ],
];

describe.each([
  ['serves', reads],
  ['refuses', refusals],
  ['treats pages of other origins that send', pages],
])('%s as the replica does', (_, table) => {
  it.each(table)('%s', async (_name, request) => {
    const expected = essence(await door.askReplica(request));
    expect(expected.status).toBeLessThan(500);
    expect(essence(await door.ask(request))).toEqual(expected);
  });
});

it('serves what lies in the file and not what the replica would say', async () => {
  door.positions.write('dora', Buffer.from('"from the file"'));
  const { status, text } = await door.ask({
    path: me,
    headers: bearer(await sign({ sub: 'dora' })),
  });
  expect([status, text]).toEqual([200, '"from the file"']);
});
