// What Nginx says of a page and its files is what the replica says: the same requests, asked of both.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../../src/inbound/http-etag.ts';
import { bearer, es256, forge, nowS, sign, stranger } from './client-tokens.ts';
import { essence } from './essence.ts';
import { type Asked, openDoor, origin } from './open-door.ts';
import { assetNames, genericPage, pageFiles, pageOf } from './page-fixture.ts';

let door: Awaited<ReturnType<typeof openDoor>>;

beforeAll(async () => {
  door = await openDoor({ keys: [es256.jwk], hasPage: true });
});

afterAll(() => door.stop());

const etag = etagOf(Buffer.from(pageOf('alice')));
const genericEtag = etagOf(Buffer.from(genericPage));
const token = await sign();

function asked(headers: Asked['headers'] = {}, method = 'GET', path = '/'): Asked {
  return { path, method, headers: { ...bearer(token), ...headers } };
}
const anyone = (headers: Asked['headers'] = {}, method = 'GET'): Asked => ({
  ...{ path: '/', method, headers },
});
const cookie = (value: string) => ({ cookie: `a=b; beforehand_token=${value}` });

const own: [string, Asked][] = [
  ['a bearer', asked()],
  ['a cookie', anyone(cookie(token))],
  ['HEAD', asked({}, 'HEAD')],
  ['a query', asked({}, 'GET', '/?utm_source=mail&user=bob')],
  ['an empty query', asked({}, 'GET', '/?')],
  ['somebody without a position', asked(bearer(await sign({ sub: 'carol' })))],
  ['the same validator', asked({ 'if-none-match': etag })],
  ['the same validator by HEAD', asked({ 'if-none-match': etag }, 'HEAD')],
  ['the same validator, weak', asked({ 'if-none-match': `W/${etag}` })],
  ['the same validator among others', asked({ 'if-none-match': `"x", ${etag}` })],
  ['the validator of what everyone sees', asked({ 'if-none-match': genericEtag })],
  ['any validator', asked({ 'if-none-match': '*' })],
  ['a validator in rubbish', asked({ 'if-none-match': `rubbish ${etag}` })],
  ['an unfinished validator', asked({ 'if-none-match': '"' })],
  ['If-Match', asked({ 'if-match': '"x"' })],
  ['If-Unmodified-Since', asked({ 'if-unmodified-since': new Date(0).toUTCString() })],
  ['If-Modified-Since', asked({ 'if-modified-since': new Date().toUTCString() })],
  ['a range', asked({ range: 'bytes=0-0' })],
  ['a browser', asked({ accept: 'text/html', 'accept-encoding': 'gzip, br' })],
  ['an origin that may read documents', asked({ origin })],
];

const everyones: [string, Asked][] = [
  ['no token', anyone()],
  ['no token by HEAD', anyone({}, 'HEAD')],
  ['the same validator', anyone({ 'if-none-match': genericEtag })],
  ['the same validator in rubbish', anyone({ 'if-none-match': `rubbish ${genericEtag}` })],
  ['If-Match', anyone({ 'if-match': '"x"' })],
  ['an expired token', asked(bearer(await sign({ exp: nowS() - 1 })))],
  [
    'an expired token and the same validator',
    {
      ...asked({ ...bearer(await sign({ exp: nowS() - 1 })), 'if-none-match': genericEtag }),
    },
  ],
  ['an expired cookie', anyone(cookie(await sign({ exp: nowS() - 1 })))],
  ['a token of a stranger', asked(bearer(await sign({ sub: 'bob' }, stranger)))],
  ['an unsigned token', asked(bearer(forge({ alg: 'none' }, { sub: 'bob' }, 'x')))],
  ['basic credentials', asked({ authorization: 'Basic YTpi' })],
  ['a bad token beside a good cookie', anyone({ ...cookie(token), ...bearer('x.y.z') })],
  ['two cookies', anyone({ cookie: `beforehand_token=${token}; beforehand_token=x` })],
  ['a subject that is no user', asked(bearer(await sign({ sub: '../bob' })))],
];

const neither: [string, Asked][] = [
  ['POST', asked({}, 'POST')],
  ['DELETE', anyone({}, 'DELETE')],
  ['OPTIONS', anyone({}, 'OPTIONS')],
  ['a preflight', anyone({ origin, 'access-control-request-method': 'GET' }, 'OPTIONS')],
];

describe.each([
  ["one's own page", own, 200],
  ['the page that everyone sees', everyones, 200],
  ['no page', neither, 405],
])('answers with %s as the replica does', (_, table, usual) => {
  it.each(table)('%s', async (_name, request) => {
    const expected = essence(await door.askReplica(request));
    expect([usual, 304]).toContain(expected.status);
    expect(essence(await door.ask(request))).toEqual(expected);
  });
});

describe('the page', () => {
  it('is read from the file, with a policy, for the browser of one person', async () => {
    door.positions.write('dora', Buffer.from('{}'), Buffer.from('from the file'));
    const { status, headers, text } = await door.ask(asked(bearer(await sign({ sub: 'dora' }))));
    expect([status, text]).toEqual([200, 'from the file']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Cookie',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self' https://events.example");
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

const files: [string, Asked][] = assetNames.flatMap((name): [string, Asked][] => {
  const path = `/assets/${name}`;
  const same = etagOf((pageFiles.get(name) as { bytes: Buffer }).bytes);
  return [
    [name, { path }],
    [`${name} by HEAD`, { path, method: 'HEAD' }],
    [`${name} with a query`, { path: `${path}?x=1` }],
    [`${name} with the same validator`, { path, headers: { 'if-none-match': same } }],
    [`${name} with a validator in rubbish`, { path, headers: { 'if-none-match': `x ${same}` } }],
    [`a range of ${name}`, { path, headers: { range: 'bytes=0-0' } }],
    [`${name} since its time`, { path, headers: { 'if-modified-since': 'Sun, 22 Nov 2026' } }],
    [`${name} for another origin`, { path, headers: { origin } }],
  ];
});

describe('sends files as the replica does', () => {
  it.each(files)('%s', async (_name, request) => {
    const expected = essence(await door.askReplica(request));
    expect([200, 304]).toContain(expected.status);
    expect(essence(await door.ask(request))).toEqual(expected);
  });

  it.each([
    ['main-ABCD2345.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['style-ZYXW7654.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['dot.svg', 'image/svg+xml', 'public, max-age=3600'],
    ['photo.webp', 'image/webp', 'public, max-age=3600'],
  ])('%s as %s', async (name, type, cached) => {
    const { headers } = await door.ask({ path: `/assets/${name}` });
    expect(headers).toMatchObject({
      ...{ 'content-type': type, 'cache-control': cached, 'x-content-type-options': 'nosniff' },
    });
    expect(headers.vary).toBe(/webp/.test(type) ? undefined : 'Accept-Encoding');
  });

  it('but text compressed to whoever takes that, with a validator of its own', async () => {
    const path = '/assets/main-ABCD2345.js';
    const plain = await door.ask({ path });
    const url = `http://127.0.0.1:${door.port}${path}`;
    const read = (headers: Record<string, string>) =>
      fetch(url, { headers: { 'accept-encoding': 'br, gzip', ...headers } });
    const packed = await read({});
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('content-type')).toBe(plain.headers['content-type']);
    expect(await packed.text()).toBe(plain.text);
    const etag = packed.headers.get('etag') ?? '';
    expect([etag === plain.headers.etag, (await read({ 'if-none-match': etag })).status]).toEqual([
      false,
      304,
    ]);
    expect((await door.ask({ path: `${path}.gz` })).status).toBe(404);
  });
});

describe('refuses files as the replica does', () => {
  it.each([
    ['a file that is not there', '/assets/none.js'],
    ['no file', '/assets/'],
    ['nothing', '/assets'],
    ['a folder', '/assets/x/y.js'],
    ['a way out', '/assets/..%2fgeneric.html'],
  ])('%s', async (_, path) => {
    const expected = essence(await door.askReplica({ path }));
    expect(expected.status).toBe(404);
    expect(essence(await door.ask({ path }))).toEqual(expected);
  });
});
