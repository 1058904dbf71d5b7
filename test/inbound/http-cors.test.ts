// Pages of other origins: which of them may read, and what everybody else is told.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, openContent, type TestContent } from './open-content.ts';
import { openStream } from './open-stream.ts';

const known = 'https://shop.example';
const others = [
  'https://evil.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example.evil.example',
  'https://SHOP.example',
  'null',
  '',
];
const preflight = {
  'access-control-request-method': 'GET',
  'access-control-request-headers': 'authorization',
};

let content: TestContent;
beforeAll(async () => {
  content = await openContent({ corsOrigins: [known, 'http://localhost:5173'] });
});
afterAll(() => content.stop());

const corsOf = ({ headers }: Pick<Answer, 'headers'>) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-')),
  );

const allowed = {
  'access-control-allow-origin': known,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'ETag, Retry-After',
};

describe('an origin of the list', () => {
  it.each(['/v1/content/me', '/v1/content/me/offers', '/v1/content/me/gone', '/v1/content/bob'])(
    'may read the answer, whatever it is: %s',
    async (path) => {
      const answer = await content.get(path, { origin: known });
      expect(corsOf(answer)).toEqual(allowed);
      expect(answer.headers.vary).toBe('Authorization, Cookie, Origin');
    },
  );

  it('may read why it got nothing, and that it has it already', async () => {
    const refused = await content.send('/v1/content/me', { origin: known });
    expect([refused.status, corsOf(refused)]).toEqual([401, allowed]);
    const { etag = '' } = (await content.get('/v1/content/me')).headers;
    const again = await content.get('/v1/content/me', { origin: known, 'if-none-match': etag });
    expect([again.status, corsOf(again)]).toEqual([304, allowed]);
  });

  it('may read generic content, which caches keep apart for each origin', async () => {
    const answer = await content.send('/v1/generic', { origin: known });
    expect([answer.headers.vary, corsOf(answer)]).toEqual(['Origin', allowed]);
  });

  it('may read a stream', async () => {
    const { bearer, url } = content;
    const stream = await openStream(url, { authorization: bearer, origin: known });
    expect(stream.headers).toMatchObject({ ...allowed, vary: 'Authorization, Cookie, Origin' });
    stream.close();
  });

  it.each(['/v1/content/me', '/v1/content/bob/offers', '/v1/content/me/stream', '/v1/generic'])(
    'is told beforehand, without a token, what it may send: %s',
    async (path) => {
      const answer = await content.send(path, { origin: known, ...preflight }, 'OPTIONS');
      expect([answer.status, answer.text, answer.headers.vary]).toEqual([204, '', 'Origin']);
      expect(corsOf(answer)).toEqual({
        'access-control-allow-origin': known,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'Authorization, If-None-Match, Last-Event-ID',
        'access-control-max-age': '600',
      });
    },
  );
});

describe('any other origin', () => {
  it.each(others)('is told nothing: %j', async (origin) => {
    const answer = await content.get('/v1/content/me', { origin });
    expect([answer.status, corsOf(answer)]).toEqual([200, {}]);
    expect(answer.headers.vary).toBe('Authorization, Cookie, Origin');
    const asked = await content.send('/v1/content/me', { origin, ...preflight }, 'OPTIONS');
    expect([asked.status, corsOf(asked), asked.headers.vary]).toEqual([204, {}, 'Origin']);
  });

  it('is what a caller without one is', async () => {
    const answer = await content.get('/v1/content/me');
    expect([corsOf(answer), answer.headers.vary]).toEqual([{}, 'Authorization, Cookie, Origin']);
  });
});

describe('without a list', () => {
  it('nothing is said of origins', async () => {
    const plain = await openContent();
    const answer = await plain.get('/v1/content/me', { origin: known });
    expect([answer.headers.vary, corsOf(answer)]).toEqual(['Authorization, Cookie', {}]);
    expect((await plain.send('/v1/generic', { origin: known })).headers).not.toHaveProperty('vary');
    const asked = await plain.send('/v1/content/me', { origin: known, ...preflight }, 'OPTIONS');
    expect([asked.status, asked.headers.allow]).toEqual([405, 'GET, HEAD']);
    await plain.stop();
  });
});
