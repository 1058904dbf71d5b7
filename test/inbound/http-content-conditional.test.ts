// What a client that has it already is answered.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDocument, aSlot } from '../fixtures/content.ts';
import { openContent, personalHeaders, sign, type TestContent } from './open-content.ts';

let content: TestContent;
beforeAll(async () => {
  content = await openContent();
});
afterAll(() => content.stop());

describe('a conditional request', () => {
  it.each([
    ['the validator', (etag: string) => etag],
    ['the validator made weak', (etag: string) => `W/${etag}`],
    ['it last in a list', (etag: string) => `"x,y", W/"", ${etag}`],
    ['anything', () => ' * '],
  ])('is answered 304 for %s', async (_what, condition) => {
    const { etag = '' } = (await content.get('/v1/content/me')).headers;
    const again = await content.get('/v1/content/me', { 'if-none-match': condition(etag) });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers).toMatchObject({ ...personalHeaders, etag });
  });

  it.each([
    ['another validator', () => '"1-2"'],
    ['nonsense', () => 'nonsense'],
    ['the validator without its quotes', (etag: string) => etag.slice(1, -1)],
    ['ten kilobytes of validators', () => '"1-2", '.repeat(1_400)],
  ])('is answered in full for %s', async (_what, condition) => {
    const { etag = '' } = (await content.get('/v1/content/me')).headers;
    const again = await content.get('/v1/content/me', { 'if-none-match': condition(etag) });
    expect(again.status).toBe(200);
  });

  it('is answered in full once the content has changed', async () => {
    const authorization = `Bearer ${await sign({ sub: 'carol' })}`;
    const before = await content.get('/v1/content/me', { authorization });
    await content.store.put([aDocument('carol', { slots: [aSlot()] })]);
    const condition = { 'if-none-match': before.headers.etag as string };
    expect((await content.get('/v1/content/me', { authorization, ...condition })).status).toBe(200);
  });

  it('never tells one user that another has the same', async () => {
    const { etag = '' } = (await content.get('/v1/content/me')).headers;
    const condition = { 'if-none-match': etag };
    expect((await content.get('/v1/content/bob', condition)).status).toBe(403);
    expect((await content.send('/v1/content/alice', condition)).status).toBe(401);
  });
});
