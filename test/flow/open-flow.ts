// Workers and one region, joined by memory adapters or by real servers, in one process.

import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type { Config } from '../../src/domain/config.ts';
import type { Resolved, UserDocument } from '../../src/domain/document.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type {
  ContentFeed,
  ContentRequestConsumer,
  ContentStore,
  EventConsumer,
  EventPublisher,
  FanOut,
  PageRequestConsumer,
  Running,
} from '../../src/domain/ports.ts';
import type { ReceiptStore } from '../../src/domain/receipt.ts';
import type { DeadEventConsumer } from '../../src/domain/worker/dead-events.ts';
import type { FollowUpStore } from '../../src/domain/worker/follow-up-store.ts';
import type { RetentionStore } from '../../src/domain/worker/retention.ts';
import type { ReportConsumer } from '../../src/domain/worker/store-reports.ts';
import { amqpContentRequests } from '../../src/inbound/amqp-content-requests.ts';
import { amqpDeadEvents } from '../../src/inbound/amqp-dead-events.ts';
import { amqpEventConsumer } from '../../src/inbound/amqp-event-consumer.ts';
import { amqpPageRequests } from '../../src/inbound/amqp-page-requests.ts';
import { amqpReports } from '../../src/inbound/amqp-reports.ts';
import { readSettings } from '../../src/main/settings.ts';
import { startWorker, type WorkerParts } from '../../src/main/start-worker.ts';
import { workerLimits } from '../../src/main/worker-settings.ts';
import { amqpContentFeed } from '../../src/outbound/amqp-content-feed.ts';
import { amqpEventPublisher } from '../../src/outbound/amqp-event-publisher.ts';
import { amqpFanOut } from '../../src/outbound/amqp-fan-out.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import { memoryContentStore } from '../../src/outbound/memory-content-store.ts';
import { memoryEventQueue } from '../../src/outbound/memory-event-queue.ts';
import { createMemoryUnitRunner } from '../../src/outbound/memory-unit-runner.ts';
import { postgresContentStore } from '../../src/outbound/postgres-content-store.ts';
import type { Postgres } from '../../src/outbound/postgres-pool.ts';
import { postgresReceipts } from '../../src/outbound/postgres-receipts.ts';
import { postgresRetention } from '../../src/outbound/postgres-retention.ts';
import type { Broker } from '../../src/wire/broker.ts';
import { openTestBroker } from '../amqp-broker.ts';
import { openTestDatabase } from '../postgres-database.ts';

type Links = {
  publisher: EventPublisher;
  events: EventConsumer;
  deadEvents: DeadEventConsumer;
  fanOut: FanOut;
  pageRequests: PageRequestConsumer;
  contentRequests: ContentRequestConsumer;
  reports: ReportConsumer;
  receipts: ReceiptStore;
  feed: ContentFeed;
  store: ContentStore & FollowUpStore;
  retention: RetentionStore;
  close(): Promise<void>;
};

export type Flow = {
  publish(events: readonly AcceptedEvent[]): Promise<void>;
  /** What the region does after a cold read. */
  requestContent: ContentFeed['requestContent'];
  /** The newest document that reached the region. */
  documentOf(user: string): UserDocument | undefined;
  /** What was told of a ticket, in the order in which it arrived. */
  outcomesOf(ticket: string): readonly string[];
  store: ContentStore & FollowUpStore;
  close(): Promise<void>;
};

export type FlowOptions = {
  config: Config;
  workers?: number;
  env?: { readonly [name: string]: string };
  /** Replaces parts of a worker, to make them fail. */
  disturb?: (parts: WorkerParts) => WorkerParts;
};

const fewEvents = { interactive: 50, bulk: 50 };

/** Short delays between attempts; everything else as in production. */
const quick = {
  BEFOREHAND_FIRST_RETRY_DELAY_MS: '20',
  BEFOREHAND_SECOND_RETRY_DELAY_MS: '20',
  BEFOREHAND_THIRD_RETRY_DELAY_MS: '20',
  BEFOREHAND_SWEEP_EVERY_MS: '10',
};

export async function openFlow(links: Links, options: FlowOptions): Promise<Flow> {
  const documents = new Map<string, UserDocument>();
  const told: Resolved[] = [];
  const { config, disturb = (parts) => parts } = options;
  const following = await links.feed.follow({
    async onBundle(bundle) {
      told.push(...bundle.resolved);
      for (const document of bundle.documents) {
        const held = documents.get(document.user);
        if (held === undefined || held.version < document.version) {
          documents.set(document.user, document);
        }
      }
    },
    onPage: async () => {},
    onMarker: () => {},
    onBound: () => {},
    onOverflow: () => {},
  });
  const workers: Running[] = [];
  for (let index = 0; index < (options.workers ?? 1); index += 1) {
    const observe = () => {};
    const parts: WorkerParts = {
      ...{ config, ...links, observe, nowMs: Date.now },
      limits: readSettings(workerLimits, { ...quick, ...options.env }),
      runner: createMemoryUnitRunner({ config, observe, nowMs: Date.now }),
    };
    workers.push(await startWorker(disturb(parts)));
  }
  return {
    publish: (events) => links.publisher.publish(events),
    requestContent: (request) => links.feed.requestContent(request),
    documentOf: (user) => documents.get(user),
    outcomesOf: (ticket) =>
      told.filter((word) => word.ticket === ticket).map((word) => word.outcome),
    store: links.store,
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await following.stop();
      await links.close();
    },
  };
}

export async function memoryLinks(): Promise<Links> {
  const prefetch = fewEvents;
  const exchange = memoryContentExchange({ maxMessages: 10_000, redeliveryDelayMs: 1 });
  const store = memoryContentStore();
  const queue = memoryEventQueue({ maxEvents: 10_000, prefetch, redeliveryDelayMs: 1 });
  return {
    publisher: queue,
    events: queue,
    deadEvents: queue,
    fanOut: exchange,
    pageRequests: exchange,
    contentRequests: exchange,
    reports: exchange,
    feed: exchange.feedOf({ region: 'eu', instance: 'eu-1', prefetch }),
    ...{ store, receipts: store },
    retention: { forget: async () => ({ looked: 0, forgotten: 0, next: null }) },
    close: async () => {},
  };
}

export async function realLinks(): Promise<Links> {
  const database = await openTestDatabase();
  const broker = await openTestBroker(inject('amqpUrl'), `flow${randomBytes(4).toString('hex')}`);
  return {
    ...linksOn(broker, database.postgres),
    async close() {
      await broker.close();
      await database.drop();
    },
  };
}

/** For `describe.each`. */
export const everyLinks = [
  ['memory adapters', memoryLinks],
  ['RabbitMQ and Postgres', realLinks],
] as const;

/** The same for a process that was told which servers to use. */
export function linksOn(
  broker: Broker,
  postgres: Postgres,
  prefetch = fewEvents,
): Omit<Links, 'close'> {
  const confirmDeadlineMs = 5000;
  const limits = { maxMessages: 10_000, maxBytes: 100_000_000 };
  const bundles = { maxDocuments: 100, maxBytes: 524_288 };
  return {
    publisher: amqpEventPublisher({ broker, confirmDeadlineMs }),
    events: amqpEventConsumer({ broker, prefetch }),
    deadEvents: amqpDeadEvents({ broker, prefetch: 10 }),
    fanOut: amqpFanOut({ broker, confirmDeadlineMs, limits: bundles }),
    pageRequests: amqpPageRequests({ broker, prefetch: 1 }),
    contentRequests: amqpContentRequests({ broker, prefetch: 50 }),
    reports: amqpReports({ broker, prefetch: 4 }),
    feed: amqpContentFeed({
      ...{ broker, region: 'eu', instance: 'eu-1' },
      ...{ prefetch, limits, confirmDeadlineMs },
    }),
    store: postgresContentStore(postgres),
    receipts: postgresReceipts(postgres),
    retention: postgresRetention(postgres),
  };
}
