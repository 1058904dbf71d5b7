// Tokens of clients that can set no header.

import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  expectRefusal,
  nowS,
  openContent,
  personalHeaders,
  sign,
  type TestContent,
} from './open-content.ts';

let content: TestContent;
beforeAll(async () => {
  content = await openContent();
});
afterAll(() => content.stop());

const read = (cookie: string, headers: { [name: string]: string } = {}, method = 'GET') =>
  content.send('/v1/content/me', { cookie, ...headers }, method);

it.each([
  ['alone', (token: string) => `beforehand_token=${token}`],
  ['among others', (token: string) => `a=b; beforehand_token=${token}; c=d=e`],
  ['without spaces', (token: string) => `x;beforehand_token=${token};y="z"`],
  [
    'beside one that ends alike',
    (token: string) => `xbeforehand_token=y; beforehand_token=${token}`,
  ],
])('a token in a cookie opens what it opens in the header: %s', async (_what, cookie) => {
  const { status, headers, text } = await read(cookie(await sign()));
  expect([status, JSON.parse(text).user]).toEqual([200, 'alice']);
  expect(headers).toMatchObject(personalHeaders);
  expect((await read(cookie(await sign()), {}, 'HEAD')).status).toBe(200);
});

it.each([
  ['twice', (token: string) => `beforehand_token=${token}; beforehand_token=${token}`],
  ['twice, once empty', (token: string) => `beforehand_token=; beforehand_token=${token}`],
  ['in quotes', (token: string) => `beforehand_token="${token}"`],
  ['under its name in capitals', (token: string) => `BEFOREHAND_TOKEN=${token}`],
  ['with a prefix', (token: string) => `beforehand_token=Bearer ${token}`],
  ['with a space before it', (token: string) => `beforehand_token= ${token}`],
  ['cut in two', (token: string) => `beforehand_token=${token.replace('.', ';')}`],
  ['without a name', (token: string) => token],
])('a token in a cookie opens nothing: %s', async (_what, cookie) => {
  expectRefusal(await read(cookie(await sign())));
});

it('a cookie opens nothing when its token is not valid', async () => {
  expectRefusal(await read(`beforehand_token=${await sign({ exp: nowS })}`));
});

it.each(['', 'Basic YWxpY2U6eA==', 'Bearer x.y.z'])(
  'a cookie is not looked at beside an Authorization header: %j',
  async (authorization) => {
    expectRefusal(await read(`beforehand_token=${await sign()}`, { authorization }));
  },
);

it("a cookie reads no other's content", async () => {
  const cookie = `beforehand_token=${await sign()}`;
  expect((await content.send('/v1/content/bob', { cookie })).status).toBe(403);
});
