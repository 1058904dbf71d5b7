// Whatever happens on the way, a replica that says it is caught up equals Postgres.
//
// Method: a model of Postgres and real parts of ours: the memory exchange, whose queues hold two
// messages so that they overflow all the time, and the real answers to page requests. fast-check
// makes up what users get, and when the replica is restarted, loses its queues, is asked twice or
// not at all, and cannot write.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UserDocument } from '../../../src/domain/document.ts';
import { Failure } from '../../../src/domain/errors.ts';
import type { ContentFeed, ContentStore, RegionStore } from '../../../src/domain/ports.ts';
import { type FollowedContent, followContent } from '../../../src/domain/replica/follow-content.ts';
import { createPositionContent } from '../../../src/domain/replica/position-content.ts';
import { createAnswerPages } from '../../../src/domain/worker/answer-pages.ts';
import {
  type MemoryContentExchange,
  memoryContentExchange,
} from '../../../src/outbound/memory-content-exchange.ts';
import { memoryRegionStore } from '../../../src/outbound/memory-region-store.ts';
import { aDocument } from '../../fixtures/content.ts';
import { noPositions } from './no-positions.ts';

type Step =
  | { kind: 'store'; user: string }
  | { kind: 'pass'; turns: number }
  | { kind: 'restart'; losesQueues: boolean }
  | { kind: 'requests'; fate: 'lost' | 'doubled' | 'refused' | 'fine' }
  | { kind: 'disk'; failures: number };

const users = ['alice', 'bob', 'carol', 'dave'];

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('store' as const),
        user: fc.constantFrom(...users),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        turns: fc.integer({ min: 1, max: 5 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('restart' as const), losesQueues: fc.boolean() }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('requests' as const),
        fate: fc.constantFrom('lost', 'doubled', 'refused', 'fine'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('disk' as const),
        failures: fc.integer({ min: 1, max: 3 }),
      }),
    },
  ),
  { maxLength: 40 },
) as fc.Arbitrary<Step[]>;

/** Postgres: the newest document of each user, read in pages of one. */
function createModel() {
  const documents = new Map<string, UserDocument>();
  const store: Pick<ContentStore, 'readPage' | 'readGeneric'> = {
    async readPage(after) {
      const left = users.filter((user) => documents.has(user) && user > (after ?? ''));
      const [user] = left;
      if (user === undefined) return { documents: [], next: null };
      return {
        documents: [documents.get(user) as UserDocument],
        next: left.length > 1 ? user : null,
      };
    },
    readGeneric: async () => [],
  };
  let version = 0;
  return {
    store: store as ContentStore,
    documents,
    commit(user: string): UserDocument {
      version += 1;
      const document = aDocument(user, { version });
      documents.set(user, document);
      return document;
    },
  };
}

/** The store of one replica, which outlives its process, on a disk that fails at times. */
function createDisk() {
  const store = memoryRegionStore();
  const disk = { failures: 0 };
  const put: RegionStore['put'] = async (documents) => {
    if (disk.failures > 0) {
      disk.failures -= 1;
      throw new Failure('unavailable', 'The disk is full.');
    }
    return store.put(documents);
  };
  return { disk, store: { ...store, put } };
}

function withFates(feed: ContentFeed, fate: { of: string }): ContentFeed {
  return {
    ...feed,
    async requestPage(after, snapshotId) {
      if (fate.of === 'refused') throw new Failure('unavailable', 'No broker.');
      if (fate.of === 'lost') return;
      await feed.requestPage(after, snapshotId);
      if (fate.of === 'doubled') await feed.requestPage(after, snapshotId);
    },
  };
}

async function startExchange(model: ReturnType<typeof createModel>) {
  const exchange = memoryContentExchange({ maxMessages: 2, redeliveryDelayMs: 1 });
  await exchange.consumePageRequests(
    createAnswerPages({
      ...{ store: model.store, fanOut: exchange, observe: () => {} },
      maxPageBytes: 1,
    }),
  );
  return exchange;
}

async function run(script: readonly Step[]): Promise<void> {
  const model = createModel();
  const { disk, store } = createDisk();
  const fate = { of: 'fine' };
  let exchange = await startExchange(model);
  let follower = await follow(exchange, store, fate);

  for (const step of script) {
    if (step.kind === 'store') {
      const documents = [model.commit(step.user)];
      await exchange.send({ lane: 'interactive', documents, generic: [], resolved: [] });
    } else if (step.kind === 'restart') {
      await follower.stop();
      if (step.losesQueues) exchange = await startExchange(model);
      follower = await follow(exchange, store, fate);
    } else if (step.kind === 'requests') {
      fate.of = step.fate;
    } else if (step.kind === 'disk') {
      disk.failures = step.failures;
    } else {
      for (let turn = 0; turn < step.turns; turn += 1) await new Promise(setImmediate);
    }
  }
  fate.of = 'fine';
  disk.failures = 0;
  const expected = users.map((user) => model.documents.get(user) ?? null);
  await expect
    .poll(() => [follower.isCaughtUp(), users.map((user) => store.get(user))], {
      interval: 1,
      timeout: 5_000,
    })
    .toEqual([true, expected]);
  expect(store.isComplete()).toBe(true);
  await follower.stop();
}

function follow(
  exchange: MemoryContentExchange,
  store: RegionStore,
  fate: { of: string },
): Promise<FollowedContent> {
  const feed = exchange.feedOf({
    ...{ region: 'eu', instance: 'eu-1' },
    prefetch: { interactive: 2, bulk: 1 },
  });
  const tickets = { settle: () => {} };
  return followContent({
    feed: withFates(feed, fate),
    ...{ store, observe: () => {}, nowMs: () => 0, newId: randomUUID },
    position: createPositionContent({
      store,
      positions: noPositions,
      receipts: { note: () => {} },
      tickets,
      observe: () => {},
      nowMs: () => 0,
    }),
    ...{ pageTimeoutMs: 3, markerTimeoutMs: 3, retryMs: 1 },
  });
}

it('equals Postgres in the end, whatever was lost, doubled, refused or restarted', async () => {
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 150, endOnFailure: true });
}, 60_000);
