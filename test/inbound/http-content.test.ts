// What a client with a good token gets, and how little of it anybody else may keep.

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../../src/inbound/http-etag.ts';
import { aDocument } from '../fixtures/content.ts';
import { canaryOf, openContent, personalHeaders, sign, type TestContent } from './open-content.ts';

let content: TestContent;
beforeAll(async () => {
  content = await openContent({ maxWaitingPerUser: 1 });
});
afterAll(() => content.stop());

describe('a document', () => {
  it.each(['/v1/content/alice', '/v1/content/me'])('is at %s', async (path) => {
    const { status, headers, text } = await content.get(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ ...personalHeaders, 'content-type': 'application/json' });
    expect(headers).not.toHaveProperty('last-modified');
    expect(headers.etag).toBe(etagOf(Buffer.from(text)));
    expect(JSON.parse(text)).toMatchObject({
      user: 'alice',
      slots: { offers: { state: 'personal', content: canaryOf('alice') } },
    });
  });

  it('is the generic one for whom nothing is stored', async () => {
    const authorization = `Bearer ${await sign({ sub: 'nobody' })}`;
    const { status, text } = await content.get('/v1/content/me', { authorization });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      user: 'nobody',
      version: 0,
      slots: {
        offers: { state: 'generic', content: 'for everyone' },
        books: { state: 'generic', content: [] },
      },
    });
  });

  it('can be asked for without its body', async () => {
    const whole = await content.get('/v1/content/me');
    const { status, headers, text } = await content.get('/v1/content/me', {}, 'HEAD');
    expect([status, text]).toEqual([200, '']);
    expect(headers['content-length']).toBe(String(whole.text.length));
    expect(headers.etag).toBe(whole.headers.etag);
  });

  it.each(['bytes=0-0', 'bytes=0-0,5-9', 'bytes=-1', 'nonsense'])(
    'is whole whatever range is asked for: %s',
    async (range) => {
      const { status, headers } = await content.get('/v1/content/me', { range });
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('content-range');
    },
  );

  it('is JSON whatever the client says it accepts', async () => {
    const { status, headers } = await content.get('/v1/content/me', { accept: 'text/html' });
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('takes no %s', async (method) => {
    const { status, headers } = await content.get('/v1/content/me', {}, method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('one slot', () => {
  it('is at its name, with the same headers', async () => {
    const { status, headers, text } = await content.get('/v1/content/me/offers');
    expect([status, JSON.parse(text).content]).toEqual([200, canaryOf('alice')]);
    expect(headers).toMatchObject(personalHeaders);
  });

  it.each(['gone', 'Stream', 'Offers', 'offers.css', '__proto__'])('is not at %s', async (slot) => {
    const { status, headers } = await content.get(`/v1/content/me/${slot}`);
    expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
  });
});

describe('generic content', () => {
  it('needs no token and may be kept for seconds by anybody', async () => {
    const { status, headers, text } = await content.send('/v1/generic');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, max-age=5');
    expect(headers.etag).toBe(etagOf(Buffer.from(text)));
    expect(JSON.parse(text).slots.offers).toEqual({ state: 'generic', content: 'for everyone' });
  });

  it('is not sent again to whoever has it', async () => {
    const { headers } = await content.send('/v1/generic');
    const again = await content.send('/v1/generic', { 'if-none-match': headers.etag as string });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('a read after an event', () => {
  it('is answered when the event is settled, with what it stored', async () => {
    const authorization = `Bearer ${await sign({ sub: 'dora' })}`;
    const begun = content.waits.begun;
    const reading = content.get('/v1/content/me?after=ticket-1&wait=2000', { authorization });
    await expect.poll(() => content.waits.begun).toBe(begun + 1);
    await content.store.put([aDocument('dora', { version: 5 })]);
    content.tickets.settle([{ ticket: 'ticket-1', outcome: 'stored' }]);
    expect(JSON.parse((await reading).text).version).toBe(5);
  });

  it.each(['wait=0', 'wait=1'])(
    'is answered with what there is when the time is up: %s',
    async (wait) => {
      const { status } = await content.get(`/v1/content/me/offers?after=never&${wait}`);
      expect(status).toBe(200);
    },
  );

  it('is answered at once while too many of its user wait, until the client of one leaves', async () => {
    const socket = connect(Number(content.url.port), content.url.hostname);
    const head = ['GET /v1/content/me?after=never HTTP/1.1', 'Host: x', ''].join('\r\n');
    const { begun, left } = content.waits;
    const ended = left.length;
    socket.write(`${head}Authorization: ${content.bearer}\r\n\r\n`);
    await expect.poll(() => content.waits.begun).toBe(begun + 1);

    const atOnce = await content.get('/v1/content/me?after=other');
    expect([atOnce.status, JSON.parse(atOnce.text).user]).toEqual([200, 'alice']);
    expect((await content.get('/v1/content/me/gone?after=other')).status).toBe(404);
    // Only the answer that was not waited for can have ended before the first read.
    expect(left.slice(ended)).toEqual([false]);

    socket.destroy();
    await expect
      .poll(() => left.slice(ended), { message: 'It only ran out of time.' })
      .toEqual([false, true]);

    const reading = content.get('/v1/content/me?after=ticket-2');
    await expect.poll(() => content.waits.begun).toBe(begun + 3);
    expect(left.slice(ended)).toHaveLength(2);
    content.tickets.settle([{ ticket: 'ticket-2', outcome: 'stored' }]);
    expect((await reading).status).toBe(200);
  });

  it.each([
    ...[
      'wait=5',
      'after=',
      'after=a%20b',
      'after=a/b',
      `after=${'a'.repeat(65)}`,
      'after=.Hsf7e6KiioFTjuaril2ixQ',
      'after=a&after=b',
    ],
    ...[
      'after=a&wait=',
      'after=a&wait=-1',
      'after=a&wait=2001',
      'after=a&wait=1e3',
      'after=a&wait=01',
    ],
    ...[
      'after=a&wait=1.5',
      'after=a&wait=0x1',
      'after=a&wait=1&wait=2',
      'user=bob',
      'callback=alert',
    ],
    ...['__proto__[x]=1', 'after[]=a', '%', 'AFTER=a', 'after=%00', `x=${'y'.repeat(10_000)}`],
  ])('is refused when its query is not understood: %s', async (query) => {
    const { status, headers, text } = await content.get(`/v1/content/me?${query}`);
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(text).not.toContain('canary');
  });
});
