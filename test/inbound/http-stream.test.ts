// Streams on a real server: what is sent and when, also to a client that takes nothing.

import { describe, expect, it } from 'vitest';
import { aDocument, aGeneric } from '../fixtures/content.ts';
import { type GivenContent, personalHeaders, sign, type TestContent } from './open-content.ts';
import { openStreams, versionOf } from './open-streams.ts';

type Streams = Awaited<ReturnType<typeof openStreams>>;

let content: TestContent;
let stream: Streams['stream'];
let change: Streams['change'];

async function open(given: GivenContent = {}): Promise<void> {
  ({ content, stream, change } = await openStreams(given));
}

describe('what a stream sends', () => {
  it('begins with what a GET answers, and with how it is to be handled', async () => {
    await open();
    const { text, headers } = await content.get('/v1/content/me');
    const opened = await stream();
    expect(await opened.nth(1)).toEqual({ event: 'document', id: headers.etag, data: text });
    expect(opened.status).toBe(200);
    expect(opened.headers).toMatchObject({
      ...personalHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  });

  it('goes on with each document that takes its place, and with no other', async () => {
    await open();
    const opened = await stream();
    await opened.nth(1);
    await change(2);
    expect(versionOf(await opened.nth(2))).toBe(2);
    // Neither a change of somebody else nor the word of one that was none.
    await change(9, '"of bob"', 'bob');
    content.documents.changed(['alice']);
    await change(3);
    expect(versionOf(await opened.nth(3))).toBe(3);
    expect(opened.body()).not.toContain('bob');
  });

  it('is read once for all windows of a user, and is the same bytes in each', async () => {
    await open();
    const windows = await Promise.all([stream(), stream(), stream()]);
    await Promise.all(windows.map(({ nth }) => nth(1)));
    const reads = content.asked.length;
    await change(2);
    const events = await Promise.all(windows.map(({ nth }) => nth(2)));
    expect(content.asked.slice(reads)).toEqual(['alice']);
    expect(new Set(events.map(({ data }) => data)).size).toBe(1);
  });

  it('goes on for everybody when generic content changes', async () => {
    await open();
    const opened = await stream({ authorization: `Bearer ${await sign({ sub: 'nobody' })}` });
    await opened.nth(1);
    await content.store.putGeneric([aGeneric({ contentJson: '"new"', version: 1 })]);
    content.documents.changedForAll();
    expect((await opened.nth(2)).data).toContain('"new"');
  });

  it.each([
    ['a line feed', '{\n"a": 1,\n\n"b": 2}'],
    ['a carriage return', '{\r"a": 1,\r\r"b": 2}'],
    ['both', '{\r\n"a": 1,\r\n"b": 2}'],
  ])('keeps content whole that has %s in it', async (_what, contentJson) => {
    await open();
    await change(2, contentJson);
    const [event] = [await (await stream()).nth(1)];
    expect(JSON.parse(event.data).slots.offers.content).toEqual({ a: 1, b: 2 });
  });

  it('leaves out what Last-Event-ID names, and only that', async () => {
    await open();
    const { id } = await (await stream()).nth(1);
    const resumed = await stream({ 'last-event-id': id });
    await expect.poll(resumed.comments).toBe(1);
    expect(resumed.events()).toEqual([]);
    await change(2);
    expect(versionOf(await resumed.nth(1))).toBe(2);
    expect(versionOf(await (await stream({ 'last-event-id': id })).nth(1))).toBe(2);
  });

  it('sends a comment while nothing changes, and sees what it was not told of', async () => {
    await open({ streamHeartbeatMs: 50 });
    const opened = await stream();
    await expect.poll(opened.comments).toBeGreaterThan(2);
    expect(opened.events()).toHaveLength(1);
    await content.store.put([aDocument('alice', { version: 7 })]);
    expect(versionOf(await opened.nth(2))).toBe(7);
  });

  it('reaches each of 200 clients', async () => {
    await open();
    const opened = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const authorization = `Bearer ${await sign({ sub: `user-${index}` })}`;
        return { user: `user-${index}`, ...(await stream({ authorization })) };
      }),
    );
    await Promise.all(opened.map(({ nth }) => nth(1)));
    const documents = opened.map(({ user }) => aDocument(user, { version: 4 }));
    content.documents.changed(await content.store.put(documents));
    for (const { user, nth } of opened) {
      expect(JSON.parse((await nth(2)).data)).toMatchObject({ user, version: 4 });
    }
  });
});

describe('a client that takes nothing', () => {
  /** More than the sockets of both sides hold. */
  const bulky = (version: number) => JSON.stringify(`${version}`.repeat(16_000_000));

  it('gets the newest document when it goes on, and none between', async () => {
    await open();
    const slow = await stream();
    await slow.nth(1);
    slow.socket.pause();
    await change(2, bulky(2));
    const other = await stream();
    await other.nth(1);
    for (let version = 3; version < 12; version += 1) {
      await change(version);
      // Once another stream has been sent it, this one was told as well.
      await other.nth(version - 1);
    }
    slow.socket.resume();
    await slow.nth(3);
    expect(slow.events().map(versionOf)).toEqual([1, 2, 11]);
  });

  it('is cut off, and its place is free again', async () => {
    await open({ streamStallMs: 200, maxStreamsPerUser: 1 });
    const slow = await stream();
    await slow.nth(1);
    slow.socket.pause();
    await change(2, bulky(2));
    expect((await stream()).status).toBe(503);
    await expect.poll(async () => (await stream()).status, { timeout: 10_000 }).toBe(200);
  });
});
