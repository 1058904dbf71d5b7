// Part `streams`: many users have their stream open, and one after the other gets new content.

import { setTimeout as delay } from 'node:timers/promises';
import type { ResultLine } from '../measurement.ts';
import type { SuiteOptions } from '../read/suite.ts';
import type { OffersDocument } from './generators/offers.ts';
import type { Door, Edge } from './open-edge.ts';
import { openLoop } from './open-loop.ts';
import { percentile } from './percentile.ts';
import { postLogins } from './post-logins.ts';
import { type OpenStream, openStream } from './stream-client.ts';

const users = 1_000;
const updates = 1_500;
const perSecond = 50;

/** An update that has not come by then is lost. */
const maxWaitMs = 10_000;

/** Nginx and the replica are not made to accept all of them at the same moment. */
const openedAtATime = 50;

type Update = {
  user: string;
  dueMs: number;
  /** When the ingest had answered 202. */
  acceptedMs: number | null;
  /** When its last byte was at the client. */
  arrivedMs: number | null;
};

/** What the streams have brought so far. */
type Heard = {
  updates: Map<string, Update>;
  /** Users with an update underway. */
  busy: Set<string>;
  /** By user: the event whose content came last. */
  newest: Map<string, string>;
  /** Content of other users, content a second time, streams that ended. */
  wrong: string[];
};

export async function runStreams(edge: Edge, { say, signal }: SuiteOptions): Promise<ResultLine[]> {
  const heard: Heard = { updates: new Map(), busy: new Set(), newest: new Map(), wrong: [] };
  const names = Array.from({ length: users }, (_, index) => `streams-${index}`);
  const [door] = edge.doors as [Door];
  await postLogins(
    edge,
    names.map((user) => ({ id: `first-${user}`, user })),
  );
  say(`Opening ${users} streams in ${door.region}…`);
  const streams: OpenStream[] = [];
  try {
    while (streams.length < users) {
      const next = names.slice(streams.length, streams.length + openedAtATime);
      streams.push(...(await Promise.all(next.map((user) => open(edge, door, user, heard)))));
      signal.throwIfAborted();
    }
    const hasFirst = (user: string) => heard.newest.get(user) === `first-${user}`;
    await until(() => names.every(hasFirst));
    if (!names.every(hasFirst)) throw new Error('Not every stream has brought a document.');
    say(`${updates} updates at ${perSecond}/s…`);
    await openLoop({ count: updates, perSecond, signal }, (index, dueMs) =>
      update(edge, heard, { id: `streams-update-${index}`, user: pickIdle(names, heard), dueMs }),
    );
    await until(() => heard.busy.size === 0);
  } finally {
    for (const stream of streams) stream.close();
  }
  for (const reason of heard.wrong.slice(0, 10)) say(reason);
  return lines(heard);
}

async function open(edge: Edge, door: Door, user: string, heard: Heard): Promise<OpenStream> {
  return openStream({
    ...{ door, token: await edge.tokenOf(user) },
    onDocument: (document, atMs) => take(heard, user, document, atMs),
    onEnd: (reason) => heard.wrong.push(`The stream of ${user} ended: ${reason}`),
  });
}

function take(heard: Heard, user: string, got: OffersDocument, atMs: number) {
  const { updates, busy, newest, wrong } = heard;
  const { content } = got.slots.offers;
  // Before there is any of their own, it is content for everyone. Never after.
  if (got.user === user && content.event === undefined && !newest.has(user)) return;
  const event = content.event ?? 'content for everyone';
  const sent = updates.get(event);
  if (got.user !== user || content.user !== user || (sent && sent.user !== user)) {
    wrong.push(`${user} was sent content of ${got.user}, ${content.user}, of ${event}.`);
  } else if (newest.get(user) === event) {
    wrong.push(`${user} was sent ${event} twice.`);
  }
  newest.set(user, event);
  if (sent?.user !== user) return;
  sent.arrivedMs ??= atMs;
  busy.delete(user);
}

async function update(
  edge: Edge,
  { updates, busy }: Heard,
  { id, user, dueMs }: { id: string; user: string; dueMs: number },
): Promise<void> {
  const sent: Update = { user, dueMs, acceptedMs: null, arrivedMs: null };
  updates.set(id, sent);
  busy.add(user);
  await postLogins(edge, [{ id, user }]);
  sent.acceptedMs = performance.now();
}

/**
 * A random one of those without an update underway: of two at once the stream may bring the newer
 * alone, and then nobody could say that the other one was not lost.
 */
function pickIdle(names: readonly string[], { busy }: Heard): string {
  const idle = names.filter((user) => !busy.has(user));
  const user = idle[Math.floor(Math.random() * idle.length)];
  if (user === undefined) throw new Error('No update has come for a long time.');
  return user;
}

/** Resolves when it is so, or when waiting any longer makes no sense. */
async function until(isSo: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + maxWaitMs;
  while (!isSo() && performance.now() < deadlineMs) await delay(20);
}

function lines({ updates, wrong }: Heard): ResultLine[] {
  const all = [...updates.values()];
  const arrived = all.filter(({ arrivedMs }) => arrivedMs !== null);
  const line = (row: string, fromMs: (update: Update) => number): ResultLine => {
    const times = arrived.map((it) => (it.arrivedMs as number) - fromMs(it));
    const count = (value: number) => value.toLocaleString('en-US');
    return {
      ...{ suite: 'edge', row, connections: users, requestsPerSecond: perSecond },
      ...{ cpuMicrosPerRequest: null, errors: all.length - arrived.length + wrong.length },
      ...{ p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) },
      counted: `${count(arrived.length)} of ${count(all.length)} on their user's stream alone`,
    };
  };
  return [
    line('Update → open stream, from the 202', (it) => it.acceptedMs as number),
    line('the same, from the POST', ({ dueMs }) => dueMs),
  ];
}
