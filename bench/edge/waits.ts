// Part `waits`: a login is reported, and the user's client reads at once, with the event's ticket.

import type { ResultLine } from '../measurement.ts';
import type { SuiteOptions } from '../read/suite.ts';
import type { OffersDocument } from './generators/offers.ts';
import type { Door, Edge } from './open-edge.ts';
import { openLoop } from './open-loop.ts';
import { percentile } from './percentile.ts';
import { postLogins } from './post-logins.ts';
import { type Sent, send } from './send.ts';

const logins = 1_000;
const perSecond = 50;
const waitMs = 1_000;

const maxPrepareMs = 60_000;

/** Of all reads, these may be answered without the event's content before the bench fails. */
const maxMissedShare = 0.001;

type Client = { user: string; token: string };

type Read = { isKnown: boolean; hasContent: boolean; tookMs: number };

export async function runWaits(edge: Edge, { say, signal }: SuiteOptions): Promise<ResultLine[]> {
  const users = Array.from({ length: logins }, (_, index) => `waits-${index}`);
  const clients = await Promise.all(
    users.map(async (user) => ({ user, token: await edge.tokenOf(user) })),
  );
  await makeKnown(
    edge,
    clients.filter((_, index) => isKnown(index)),
    AbortSignal.any([signal, AbortSignal.timeout(maxPrepareMs)]),
  );
  say(`${logins} logins at ${perSecond}/s, each followed by a waiting read in a random region…`);
  const reads: Read[] = [];
  await openLoop({ count: logins, perSecond, signal }, async (index, dueMs) => {
    const client = clients[index] as Client;
    const id = `waits-login-${index}`;
    const [ticket = ''] = await postLogins(edge, [{ id, user: client.user }]);
    const door = edge.doors[Math.floor(Math.random() * edge.doors.length)] as Door;
    const answer = await readAfter(door, client, ticket);
    const tookMs = performance.now() - dueMs;
    reads.push({ isKnown: isKnown(index), hasContent: eventIn(answer, client) === id, tookMs });
  });
  const mixed = line('Login → waiting read, every other user new', reads);
  return [
    mixed,
    line(
      'the same, users with content already',
      reads.filter((read) => read.isKnown),
    ),
    line(
      'the same, new users',
      reads.filter((read) => !read.isKnown),
    ),
  ].map((it) => ({ ...it, errors: mixed.errors > reads.length * maxMissedShare ? it.errors : 0 }));
}

function isKnown(index: number): boolean {
  return index % 2 === 0;
}

/** By the way that is measured, which is warm then, and in both regions. */
async function makeKnown(edge: Edge, clients: readonly Client[], signal: AbortSignal) {
  const count = clients.length;
  await openLoop({ count, perSecond, signal }, async (index) => {
    const client = clients[index] as Client;
    const id = `first-${client.user}`;
    const [ticket = ''] = await postLogins(edge, [{ id, user: client.user }]);
    for (const door of edge.doors) {
      const read = () => readAfter(door, client, ticket);
      while (eventIn(await read(), client) !== id) signal.throwIfAborted();
    }
  });
}

function readAfter(door: Door, { token }: Client, ticket: string): Promise<Sent> {
  const url = `${door.url}/v1/content/me?after=${ticket}&wait=${waitMs}`;
  return send(url, { headers: { authorization: `Bearer ${token}` } });
}

/** The event that made the content; `null` where it is not the client's own. */
function eventIn({ status, text }: Sent, { user }: Client): string | null {
  if (status !== 200) return null;
  const document = JSON.parse(text) as OffersDocument;
  const { content } = document.slots.offers;
  return document.user === user && content.user === user ? (content.event ?? null) : null;
}

/** A read that got something else counts with the time that it took, too. */
function line(row: string, reads: readonly Read[]): ResultLine {
  const missed = reads.filter(({ hasContent }) => !hasContent).length;
  const times = reads.map(({ tookMs }) => tookMs);
  const count = (value: number) => value.toLocaleString('en-US');
  return {
    ...{ suite: 'edge', row, connections: null, cpuMicrosPerRequest: null, errors: missed },
    requestsPerSecond: (perSecond * reads.length) / logins,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    counted: `${count(reads.length - missed)} of ${count(reads.length)} with the event's content`,
  };
}
