// Events of documents: shared by those who ask together, and by nobody who asks later.

import { expect, it } from 'vitest';
import { createReadEvent } from '../../src/inbound/http-read-event.ts';

/** Reads take a turn, and tell of what was there when they began. */
function openReads() {
  const reads: string[] = [];
  const state = { version: 1 };
  const readEvent = createReadEvent(async (user) => {
    reads.push(user);
    const json = `{"user":"${user}","version":${state.version}}`;
    await new Promise((resolve) => setImmediate(resolve));
    return json;
  });
  return { reads, state, readEvent };
}

it('is read and framed once for all who ask in one turn', async () => {
  const { reads, readEvent } = openReads();
  const asked = ['alice', 'bob', 'alice', 'alice'].map(readEvent);
  const [first, bob, second, third] = await Promise.all(asked);
  expect(reads).toEqual(['alice', 'bob']);
  expect([second?.bytes(), third?.bytes()].every((bytes) => bytes === first?.bytes())).toBe(true);
  expect(Buffer.from(bob?.bytes() ?? []).toString()).toBe(
    `event: document\nid: ${bob?.etag}\ndata: {"user":"bob","version":1}\n\n`,
  );
});

it('is read anew for whoever asks later, also while the first read is under way', async () => {
  const { state, readEvent } = openReads();
  const before = readEvent('alice');
  await Promise.resolve();
  state.version = 2;
  const after = readEvent('alice');
  const texts = (await Promise.all([before, after])).map((it) =>
    Buffer.from(it.bytes()).toString(),
  );
  expect(texts[0]).toContain('"version":1');
  expect(texts[1]).toContain('"version":2');
});
