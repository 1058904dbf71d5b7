// Paths that mean one thing here and, perhaps, another to a cache or a proxy in front.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canaryOf, openContent, sign, type TestContent } from './open-content.ts';

let content: TestContent;
beforeAll(async () => {
  content = await openContent();
});
afterAll(() => content.stop());

/** Each is sent as it stands, with Alice's token. */
const confusing = [
  ...['/v1/content/bob', '/v1/content/b%6Fb', '/v1/content/%62%6f%62', '/v1/content/bob/offers'],
  ...[
    '/v1/content/Alice',
    '/v1/content/ALICE',
    '/v1/content/ME',
    '/v1/content/Me',
    '/V1/content/me',
  ],
  ...[
    '/v1/content/alice/',
    '/v1/content/me/',
    '/v1/content/me//',
    '/v1/content//me',
    '//v1/content/me',
  ],
  ...[
    '/v1//content/me',
    '/v1/content/me/offers/',
    '/v1/content/me/offers/x',
    '/v1/content/me//offers',
  ],
  ...[
    '/v1/content/me.css',
    '/v1/content/alice.js',
    '/v1/content/me/offers.css',
    '/v1/content/me;x.js',
  ],
  ...['/v1/content/alice;a=b', '/v1/content/me/;', '/v1/content/me%3Bx', '/v1/content/me%3fx.css'],
  ...[
    '/v1/content/me%23x.css',
    '/v1/content/me%00',
    '/v1/content/me%00.png',
    '/v1/content/alice%00',
  ],
  ...[
    '/v1/content/alice%20',
    '/v1/content/%20alice',
    '/v1/content/alice%0d%0aX:1',
    '/v1/content/alice+',
  ],
  ...[
    '/v1/content/me%2f',
    '/v1/content/me%2foffers',
    '/v1/content/me%2Fbob',
    '/v1/content/bob%2fme',
  ],
  ...[
    '/v1/content/me/%2e%2e/bob',
    '/v1/content/me/../bob',
    '/v1/content/me/..%2Fbob',
    '/v1/content/..',
  ],
  ...['/v1/content/.', '/v1/content/%2e', '/v1/content/./me', '/v1/content/../content/me'],
  ...['/v1/content/me/..', '/v1/content/me/.', '/v1/content/me\\bob', '/v1/content/me%5cbob'],
  ...[
    '/v1/content/a%2540b',
    '/v1/content/al%2569ce',
    '/v1/content/%256d%2565',
    '/v1/content/%25%36d',
  ],
  ...[
    '/v1/content/%',
    '/v1/content/%zz',
    '/v1/content/%c0%ae',
    '/v1/content/%ed%a0%80',
    '/v1/content/',
  ],
  ...[
    '/v1/content',
    '/v1/content/*',
    '/v1/content/:user',
    '/v1/content/%u0061lice',
    '/v1/content/аlice',
  ],
  ...['/v1/content/ａlice', `/v1/content/${'a'.repeat(500)}`, `/v1/content/me/${'o'.repeat(500)}`],
  ...[
    '/v1/content/me/streams',
    '/v1/content/bob/stream',
    '/v1/content/__proto__',
    '/v1/content/constructor',
    '/v1/generic/',
  ],
].map((path) => Buffer.from(path).toString('latin1'));

describe('a path that only looks like that of a document', () => {
  it('is one of many', () => {
    expect(new Set(confusing).size).toBeGreaterThanOrEqual(60);
  });

  it.each(confusing)(
    'answers nothing that could be kept or is not for the token: %j',
    async (path) => {
      const { status, headers, text } = await content.get(path);
      expect([400, 403, 404, 414]).toContain(status);
      expect(headers['content-type']).toBe('application/problem+json');
      expect(headers['cache-control']).toBe('no-store');
      expect(text).not.toContain('canary');
      expect(text).not.toMatch(/\bat .*\.[jt]s\b/);
    },
  );
});

describe('a user of unusual characters', () => {
  it.each([
    ['a@b', '/v1/content/a@b'],
    ['a@b', '/v1/content/a%40b'],
    ['a@b', '/v1/content/%61%40%62'],
  ])('%s is read at %s', async (sub, path) => {
    const { status, text } = await content.get(path, {
      authorization: `Bearer ${await sign({ sub })}`,
    });
    expect([status, JSON.parse(text).user]).toEqual([200, sub]);
    expect(text).toContain(JSON.stringify(canaryOf(sub)));
  });

  it.each(['..alice', 'me'])(
    'who is called %s, which means something in a path, is no user',
    async (sub) => {
      const authorization = `Bearer ${await sign({ sub })}`;
      expect((await content.get('/v1/content/me', { authorization })).status).toBe(401);
    },
  );
});

describe("another user's document", () => {
  it('is refused in the same words whether there is one or not', async () => {
    const existing = await content.get('/v1/content/bob');
    const missing = await content.get('/v1/content/nobody');
    const slotOfExisting = await content.get('/v1/content/bob/offers');
    const slotOfNone = await content.get('/v1/content/bob/gone?nonsense');
    expect(existing.status).toBe(403);
    expect(
      new Set([existing, missing, slotOfExisting, slotOfNone].map(({ text }) => text)).size,
    ).toBe(1);
  });

  it.each([
    { 'x-original-url': '/v1/content/bob' },
    { 'x-rewrite-url': '/v1/content/bob' },
    { 'x-forwarded-user': 'bob' },
    { 'x-http-method-override': 'DELETE' },
    { cookie: 'user=bob' },
  ])('is not reached by headers: %j', async (headers) => {
    const { status, text } = await content.get(
      '/v1/content/me',
      headers as { [name: string]: string },
    );
    expect([status, JSON.parse(text).user]).toEqual([200, 'alice']);
  });
});
