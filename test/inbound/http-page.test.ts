// GET / and /assets/…: what a browser is shown, whoever it is and whatever it carries.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../../src/inbound/http-etag.ts';
import { aDocument, aSlot } from '../fixtures/content.ts';
import { openContent, sign, stranger, type TestContent } from './open-content.ts';

const file = (text: string, type: string, isImmutable: boolean) => ({
  ...{ type, isImmutable, bytes: Buffer.from(text) },
});
const page = {
  shell: '<!doctype html><title>Home</title><main><!-- slots --></main>',
  files: new Map([
    ['main-ABCD1234.js', file('run()', 'text/javascript; charset=utf-8', true)],
    ['logo.svg', file('<svg/>', 'image/svg+xml', false)],
  ]),
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self' https://events.example; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-cache',
  vary: 'Authorization, Cookie',
  'accept-ranges': 'none',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
const secret = '<p>only for carol</p>';

let content: TestContent;
let carols = '';
beforeAll(async () => {
  content = await openContent({ page, corsOrigins: ['https://shop.example'] });
  const contentJson = JSON.stringify({ n: 1, html: secret });
  await content.store.put([aDocument('carol', { slots: [aSlot({ contentJson })] })]);
  carols = `Bearer ${await sign({ sub: 'carol' })}`;
});
afterAll(() => content.stop());

describe('the page', () => {
  it("is that of the token's subject, from the header or the cookie", async () => {
    const [token] = carols.split(' ').slice(1);
    for (const given of [{ authorization: carols }, { cookie: `beforehand_token=${token}` }]) {
      const answer = await content.send('/', given);
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject(headers);
      expect(answer.text).toBe(
        '<!doctype html><title>Home</title><main><div data-slot="offers" data-state="personal" ' +
          `data-stamp="7353335808503808">${secret}</div></main>`,
      );
      expect(answer.headers.etag).toBe(etagOf(Buffer.from(answer.text)));
    }
  });

  it('is without what the document, the slot and the stream leave to it', async () => {
    for (const path of ['/v1/content/me', '/v1/content/me/offers']) {
      const { text } = await content.send(path, { authorization: carols });
      expect(JSON.stringify(JSON.parse(text))).toContain('"content":{"n":1}');
    }
  });

  it.each<[string, () => Promise<{ [name: string]: string }>]>([
    ['no token', async () => ({})],
    ['a token that is over', async () => ({ authorization: `Bearer ${await sign({ exp: 1 })}` })],
    [
      'a token of others',
      async () => ({ authorization: `Bearer ${await sign({ sub: 'carol' }, stranger)}` }),
    ],
    ['a broken cookie', async () => ({ cookie: 'beforehand_token=x.y.z' })],
    ['another kind of credential', async () => ({ authorization: 'Basic eDp5' })],
  ])('is the one for everyone with %s, and never a problem', async (_what, given) => {
    const answer = await content.send('/?utm_source=mail', await given());
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject(headers);
    expect(answer.text).toContain('<title>Home</title>');
    expect(answer.text).not.toContain('carol');
  });

  it('is whole for somebody unknown, for whom better content is asked', async () => {
    const authorization = `Bearer ${await sign({ sub: 'newcomer' })}`;
    const answer = await content.send('/', { authorization });
    expect([answer.status, answer.text]).toEqual([200, page.shell.replace('<!-- slots -->', '')]);
    expect(content.asked).toContain('newcomer');
  });

  it('is answered 304 to whoever has it, and without a body to HEAD', async () => {
    const { etag = '', 'content-length': length } = (
      await content.send('/', { authorization: carols })
    ).headers;
    const again = await content.send('/', { authorization: carols, 'if-none-match': etag });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
    expect(again.headers['content-security-policy']).toBe(policy);
    const head = await content.send('/', { authorization: carols }, 'HEAD');
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', etag]);
    expect(head.headers['content-length']).toBe(length);
    const others = await content.send('/', { 'if-none-match': etag });
    expect(others.status).toBe(200);
  });

  it('can be read by no page of another origin', async () => {
    const answer = await content.get('/', { origin: 'https://shop.example' });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('takes nothing but reads', async () => {
    expect((await content.get('/', {}, 'POST')).status).toBe(405);
  });
});

describe('what a page refers to', () => {
  it.each([
    ['main-ABCD1234.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['logo.svg', 'image/svg+xml', 'public, max-age=3600'],
  ])('is there for everybody: %s', async (name, type, cacheControl) => {
    const answer = await content.send(`/assets/${name}?x`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(page.files.get(name)?.bytes.toString());
    const { etag = '' } = answer.headers;
    expect(etag).toBe(etagOf(Buffer.from(answer.text)));
    expect(answer.headers).toMatchObject({
      ...{ 'content-type': type, 'cache-control': cacheControl },
      'x-content-type-options': 'nosniff',
    });
    const again = await content.send(`/assets/${name}`, { 'if-none-match': etag });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it.each(['', 'x', 'LOGO.svg', '..%2Flogo.svg', 'logo.svg/', '__proto__', 'logo.svg%00'])(
    'is nothing else: /assets/%s',
    async (name) => {
      const answer = await content.send(`/assets/${name}`);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([404, 'not_found']);
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );
});

it('is not there where the configuration has no page', async () => {
  const without = await openContent();
  try {
    for (const path of ['/', '/assets/logo.svg']) {
      expect((await without.get(path)).status).toBe(404);
    }
  } finally {
    await without.stop();
  }
});
