// Streams through the real Nginx, fed by real workers: each brings its own user's documents, ends
// with its token, and goes on where an earlier one ended.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStream, type TestStream } from '../inbound/open-stream.ts';
import { bearer, nowS, sign } from '../nginx/client-tokens.ts';
import { echoConfig } from './echo-config.ts';
import { openRegion, type TestRegion } from './open-region.ts';

let region: TestRegion;
beforeAll(async () => {
  // Seldom, because a heartbeat looks at the token as well: nothing here may wait for one.
  region = await openRegion(echoConfig, { BEFOREHAND_STREAM_HEARTBEAT_MS: '30000' });
});
afterAll(() => region.stop());

type Given = { exp?: number; lastEventId?: string };

async function open(user: string, { exp = nowS() + 600, lastEventId }: Given = {}) {
  const resumed = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
  const stream = await openStream(region.url, {
    ...bearer(await sign({ sub: user, exp })),
    Host: region.url.host,
    ...resumed,
  });
  expect(stream.status).toBe(200);
  return stream;
}

const login = (user: string, id: string) => region.post({ type: 'user.login', user, id });

/** What was sent, as the ids of the events that made the content; `null` is for everyone. */
function contents({ events }: TestStream): (string | null)[] {
  return events().map(({ data }) => JSON.parse(data).slots.offers.content);
}

async function lastIs(stream: TestStream, id: string): Promise<void> {
  await expect.poll(() => contents(stream).at(-1)).toBe(id);
}

it('brings each update to its own user, once, and to nobody else', async () => {
  const users = Array.from({ length: 20 }, (_, index) => `own-${index}`);
  const rounds = [1, 2, 3, 4, 5];
  const streams = await Promise.all(users.map((user) => open(user)));
  await Promise.all(streams.map((stream) => stream.nth(1)));
  for (const round of rounds) {
    await Promise.all(users.map((user) => login(user, `${user}-${round}`)));
    // The next update comes when this one is there, because a stream may skip what is outdated.
    await Promise.all(streams.map((stream, index) => lastIs(stream, `own-${index}-${round}`)));
  }
  for (const [index, user] of users.entries()) {
    const stream = streams[index] as TestStream;
    expect(contents(stream)).toEqual([null, ...rounds.map((round) => `${user}-${round}`)]);
    expect(stream.events().map(({ data }) => JSON.parse(data).user)).toEqual(
      Array.from({ length: 6 }, () => user),
    );
    stream.close();
  }
});

it('ends with its token, after the last whole event and not before its time', async () => {
  const exp = nowS() + 5;
  const stream = await open('ending', { exp });
  const other = await open('ending');
  await login('ending', 'ending-1');
  await lastIs(stream, 'ending-1');
  await expect.poll(() => stream.state.isEnded).toBe(true);
  expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  expect(stream.body()).toMatch(/^(event: document\nid: "[^"]+"\ndata: .+\n\n|:\n\n)+$/);
  // What comes later is for whoever still has a token.
  await login('ending', 'ending-2');
  await lastIs(other, 'ending-2');
  expect(contents(stream)).toEqual([null, 'ending-1']);
  other.close();

  const headers = bearer(await sign({ sub: 'ending', exp }));
  const again = await fetch(new URL('/v1/content/me/stream', region.url), { headers });
  expect(again.status).toBe(401);
});

it('goes on where it was broken off, repeats nothing and misses nothing', async () => {
  const user = 'resuming';
  let stream = await open(user);
  await stream.nth(1);
  const sent = contents(stream);
  for (let round = 0; round < 12; round += 1) {
    const lastEventId = stream.events().at(-1)?.id ?? '';
    const id = `update-${round}`;
    // In turn: the update comes while no stream is open, and while the new one is being opened.
    stream.close();
    if (round % 2 === 0) await login(user, id);
    const [opened] = await Promise.all([
      open(user, { lastEventId }),
      round % 2 === 0 ? null : login(user, id),
    ]);
    await lastIs(opened, id);
    sent.push(...contents(opened));
    stream = opened;
  }
  expect(sent).toEqual([null, ...Array.from({ length: 12 }, (_, round) => `update-${round}`)]);

  // Nothing is new: it says that it is open, and no more.
  const resumed = await open(user, { lastEventId: stream.events().at(-1)?.id ?? '' });
  await expect.poll(resumed.comments).toBe(1);
  expect(resumed.events()).toEqual([]);
  for (const it of [stream, resumed]) it.close();
});
