// The workers' end of the poller: versions of 500 users' documents, fanned out 200 times a second.

import { setTimeout as delay } from 'node:timers/promises';
import type { ContentBundle, UserDocument } from '../../src/domain/document.ts';
import type { Lane } from '../../src/domain/event.ts';
import type { PageRequest } from '../../src/domain/ports.ts';
import { amqpPageRequests } from '../../src/inbound/amqp-page-requests.ts';
import { amqpFanOut } from '../../src/outbound/amqp-fan-out.ts';
import type { Broker } from '../../src/wire/broker.ts';
import { documentFor, firstVersion, newsOf } from './poller-content.ts';

export const polledUser = 'user-000';
export const users = Array.from(
  { length: 500 },
  (_, index) => `user-${String(index).padStart(3, '0')}`,
);
const others = users.slice(1);

const updatesPerS = 200;
const updatesPerBundle = 4;
/** The polled user gets one update in as many, so 25 a second. */
const polledEvery = 8;
/** A message that the broker delivers again, or that was late in another lane. */
const repeatsEveryBundles = 5;
const bundlesAgo = 10;
const usersPerPage = 50;

export type Updates = {
  /** Sends until `isEnough` says so, and resolves with the number of updates. */
  send(options: { isEnough: (updates: number) => boolean; hasNews: boolean }): Promise<number>;
  /** The newest document of each user, as Postgres would hold it. */
  newest: ReadonlyMap<string, UserDocument>;
  edition(): number;
};

/** Answers requests for pages from the start. */
export async function openUpdates(broker: Broker): Promise<Updates> {
  const limits = { maxDocuments: 100, maxBytes: 512 * 1024 };
  const fanOut = amqpFanOut({ broker, confirmDeadlineMs: 10_000, limits });
  const newest = new Map(users.map((user) => [user, documentFor(user, firstVersion)]));
  const history: ContentBundle[] = [];
  let version = firstVersion;
  let edition = 0;

  function nextDocument(count: number): UserDocument {
    const turn = count % polledEvery === 0;
    const user = turn ? polledUser : (others[count % others.length] as string);
    version += 1;
    const document = documentFor(user, version);
    newest.set(user, document);
    return document;
  }

  function nextBundle(updates: number, hasNews: boolean): ContentBundle {
    const isNewsDue = hasNews && updates % updatesPerS === 0;
    if (isNewsDue) edition += 1;
    return {
      lane: laneOf(updates / updatesPerBundle),
      documents: Array.from({ length: updatesPerBundle }, (_, index) =>
        nextDocument(updates + index),
      ),
      generic: isNewsDue ? [newsOf(edition)] : [],
      resolved: [],
    };
  }

  async function sendBundle(updates: number, hasNews: boolean): Promise<void> {
    history.push(nextBundle(updates, hasNews));
    await fanOut.send(history.at(-1) as ContentBundle);
    const old = history.length > bundlesAgo ? history.shift() : undefined;
    const isRepeated = (updates / updatesPerBundle) % repeatsEveryBundles === 0;
    if (old !== undefined && isRepeated) await fanOut.send(old);
  }

  async function answerPage({ instance, snapshotId, after }: PageRequest): Promise<void> {
    const from = after === null ? 0 : users.indexOf(after) + 1;
    const page = users.slice(from, from + usersPerPage);
    const documents = page.map((user) => newest.get(user) as UserDocument);
    const next = from + usersPerPage < users.length ? (page.at(-1) as string) : null;
    const generic = edition === 0 ? [] : [newsOf(edition)];
    await fanOut.sendPage(instance, { snapshotId, documents, generic, next });
  }

  await amqpPageRequests({ broker, prefetch: 1 }).consumePageRequests(answerPage);
  return {
    async send({ isEnough, hasNews }) {
      const beganMs = performance.now();
      let updates = 0;
      for (; !isEnough(updates); updates += updatesPerBundle) {
        const dueMs = beganMs + (updates / updatesPerS) * 1000;
        await delay(Math.max(0, dueMs - performance.now()));
        await sendBundle(updates, hasNews);
      }
      return updates;
    },
    newest,
    edition: () => edition,
  };
}

/** Both lanes in turn: a replica reads them side by side, so that the order between them varies. */
function laneOf(bundle: number): Lane {
  return bundle % 2 === 0 ? 'interactive' : 'bulk';
}
