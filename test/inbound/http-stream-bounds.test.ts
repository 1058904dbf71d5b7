// Streams on a real server: who may open one, how many there may be, and how each of them ends.

import { describe, expect, it } from 'vitest';
import { type GivenContent, nowS, sign, type TestContent } from './open-content.ts';
import { openStream } from './open-stream.ts';
import { openStreams, versionOf } from './open-streams.ts';

type Streams = Awaited<ReturnType<typeof openStreams>>;

let content: TestContent;
let stream: Streams['stream'];
let change: Streams['change'];

async function open(given: GivenContent = {}): Promise<void> {
  ({ content, stream, change } = await openStreams(given));
}

describe('a stream ends', () => {
  /** Resolves when the stream has ended with its last chunk, and never when it was cut off. */
  const whole = (authorization: string) => content.get('/v1/content/me/stream', { authorization });

  it('with its token, and cleanly', async () => {
    await open();
    const ending = whole(`Bearer ${await sign({ exp: nowS + 1 })}`);
    const opened = await stream();
    const { status, text } = await ending;
    expect(status).toBe(200);
    expect(text).toMatch(/^event: document\nid: "[^"]+"\ndata: \{.*\}\n\n$/);
    expect([opened.state.isEnded, opened.events().length]).toEqual([false, 1]);
  });

  it('at a heartbeat, once its key is no longer ours, and not because others came', async () => {
    await open({ streamHeartbeatMs: 50 });
    const { set } = content.keys;
    const opened = await stream();
    await opened.nth(1);
    content.keys.set = { ...set, jwks: [...set.jwks] };
    const comments = opened.comments();
    await expect.poll(opened.comments).toBeGreaterThan(comments + 2);
    expect(opened.state.isEnded).toBe(false);
    content.keys.set = { ...set, jwks: [] };
    await expect.poll(() => opened.state.isEnded).toBe(true);
  });

  /** Whether every place of Alice is taken. */
  function isFull(): boolean {
    const unwatch = content.documents.watch('alice', () => {});
    unwatch?.();
    return unwatch === null;
  }

  it('with the server, which need not wait for it, and cleanly', async () => {
    await open({ maxStreamsPerUser: 3 });
    const ending = Array.from({ length: 3 }, () => whole(content.bearer));
    await expect.poll(isFull).toBe(true);
    await content.stop();
    for (const { text } of await Promise.all(ending)) expect(text).toContain('canary-of-alice');
  });

  it('with its client, whose place is free again', async () => {
    await open({ maxStreamsPerUser: 1 });
    const opened = await stream();
    expect((await stream()).status).toBe(503);
    opened.close();
    await expect.poll(async () => (await stream()).status).toBe(200);
  });

  it('at none of the limits that requests have', async () => {
    // Heartbeats come more seldom than silent connections are cut.
    await open({ connectionTimeoutMs: 400, streamHeartbeatMs: 1_500 });
    const opened = await stream();
    await expect.poll(opened.comments, { timeout: 5_000 }).toBe(1);
    await change(2);
    expect(versionOf(await opened.nth(2))).toBe(2);
  });
});

describe('streams are bounded', () => {
  it('for a user, and others have theirs', async () => {
    await open({ maxStreamsPerUser: 2 });
    await Promise.all([stream(), stream()]);
    const third = await stream();
    expect(third.status).toBe(503);
    expect(third.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
    expect(JSON.parse(third.body())).toMatchObject({ code: 'overloaded' });
    const authorization = `Bearer ${await sign({ sub: 'bob' })}`;
    expect((await stream({ authorization })).status).toBe(200);
  });

  it('apart from requests, which take no place from them', async () => {
    await open({ maxRequests: 1 });
    await Promise.all([stream(), stream(), stream()]);
    expect((await content.get('/v1/content/me')).status).toBe(200);
  });
});

describe('who may open one', () => {
  it('is decided as for the document, and told in the same words', async () => {
    await open();
    const requests = [
      { user: 'me', authorization: '' },
      { user: 'me', authorization: 'Basic x' },
      { user: 'me', authorization: `Bearer ${await sign({ exp: nowS })}` },
      { user: 'bob', authorization: content.bearer },
      { user: 'a%20b', authorization: content.bearer },
      { user: '%zz', authorization: content.bearer },
    ];
    for (const { user, authorization } of requests) {
      for (const method of ['GET', 'HEAD']) {
        const [ofDocument, ofStream] = await Promise.all(
          [`/v1/content/${user}`, `/v1/content/${user}/stream`].map((path) =>
            content.send(path, authorization === '' ? {} : { authorization }, method),
          ),
        );
        expect(ofDocument?.status).toBeGreaterThanOrEqual(400);
        expect({ ...ofStream, headers: undated(ofStream) }).toEqual({
          ...ofDocument,
          headers: undated(ofDocument),
        });
      }
    }
  });

  it('is whoever has the cookie', async () => {
    await open();
    const opened = await openStream(content.url, { cookie: `beforehand_token=${await sign()}` });
    expect((await opened.nth(1)).data).toContain('canary-of-alice');
  });

  it('can be asked without opening it', async () => {
    await open();
    const { status, headers, text } = await content.get('/v1/content/me/stream', {}, 'HEAD');
    expect([status, headers['content-type'], text]).toEqual([200, 'text/event-stream', '']);
  });

  it.each(['after=a', 'x=1'])('is nobody with a query: %s', async (query) => {
    await open();
    expect((await content.get(`/v1/content/me/stream?${query}`)).status).toBe(400);
  });
});

function undated(answer: { headers: object } | undefined): object {
  return { ...answer?.headers, date: null };
}
