import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { amqpContentRequests } from '../../src/inbound/amqp-content-requests.ts';
import { amqpPageRequests } from '../../src/inbound/amqp-page-requests.ts';
import { amqpReports } from '../../src/inbound/amqp-reports.ts';
import { amqpContentFeed } from '../../src/outbound/amqp-content-feed.ts';
import { amqpFanOut } from '../../src/outbound/amqp-fan-out.ts';
import { memoryContentExchange } from '../../src/outbound/memory-content-exchange.ts';
import type { Broker } from '../../src/wire/broker.ts';
import { encodeBundle } from '../../src/wire/bundle-message.ts';
import { encodePageRequest } from '../../src/wire/page-request-message.ts';
import { encodeReport } from '../../src/wire/report-message.ts';
import { type BrokerNamespace, openBrokerNamespace } from '../broker-namespace.ts';
import { contentExchangeContract } from '../contract/content-exchange-contract.ts';
import { eu, type Replica, us } from '../contract/opened-content-exchange.ts';
import { recordFeed } from '../contract/recorded-feed.ts';
import { aBundle } from '../fixtures/content.ts';
import { startTcpProxy } from '../tcp-proxy.ts';

const prefetch = { interactive: 4, bulk: 4 };
const confirmDeadlineMs = 10_000;
const limits = { maxMessages: 1_000, maxBytes: 64 * 1024 * 1024 };

let namespace: BrokerNamespace;

beforeAll(async () => {
  namespace = await openBrokerNamespace([eu, us]);
});
afterEach(() => namespace.closeBrokers());
afterAll(() => namespace.drop());

function feedOf(broker: Broker, replica: Replica, maxMessages = limits.maxMessages) {
  return amqpContentFeed({
    ...{ broker, ...replica, prefetch, confirmDeadlineMs },
    limits: { ...limits, maxMessages },
  });
}

async function unfollowedExchange(maxMessages?: number) {
  const broker = namespace.open();
  await broker.whenConnected();
  await namespace.deleteReplicaQueues();
  await namespace.operator.purgeQueue(namespace.topology.queues.pages);
  await namespace.operator.purgeQueue(namespace.topology.queues.requested);
  await namespace.operator.purgeQueue(namespace.topology.queues.receipts);
  namespace.observations.length = 0;
  const bundleLimits = { maxDocuments: 100, maxBytes: 512 * 1024 };
  return {
    broker,
    fanOut: amqpFanOut({ broker, confirmDeadlineMs, limits: bundleLimits }),
    openPageRequests: () => amqpPageRequests({ broker, prefetch: 1 }),
    openContentRequests: () => amqpContentRequests({ broker, prefetch: 4 }),
    openReports: () => amqpReports({ broker, prefetch: 4 }),
    openFeed: (replica: Replica) => feedOf(broker, replica, maxMessages),
  };
}

contentExchangeContract('memory', async (maxMessages = limits.maxMessages) => {
  const exchange = memoryContentExchange({ maxMessages, redeliveryDelayMs: 1 });
  return {
    fanOut: exchange,
    openPageRequests: () => exchange,
    openContentRequests: () => exchange,
    openReports: () => exchange,
    openFeed: (replica) => exchange.feedOf({ ...replica, prefetch }),
  };
});
contentExchangeContract('RabbitMQ', unfollowedExchange);

describe('the content exchange on RabbitMQ', () => {
  it('says that the queues are new when they were deleted while the replica was away', async () => {
    const { openFeed } = await unfollowedExchange();
    await (await recordFeed(openFeed(eu))).stop();
    const { bulk } = namespace.topology.replicaQueues(eu, limits);
    await namespace.operator.deleteQueue(bulk.name);
    const feed = await recordFeed(openFeed(eu));
    expect(feed.bindings).toEqual([false]);
    await feed.stop();
  });

  it('says so at once when a queue is deleted while the replica follows', async () => {
    const { fanOut, openFeed } = await unfollowedExchange();
    const feed = await recordFeed(openFeed(eu));
    const { interactive } = namespace.topology.replicaQueues(eu, limits);
    await namespace.operator.deleteQueue(interactive.name);
    await expect.poll(() => feed.bindings).toEqual([false, false]);
    await fanOut.send(aBundle(['alice']));
    await expect.poll(() => feed.users()).toEqual(['alice']);
    await feed.stop();
  });

  it('makes the queues anew when their limits were changed', async () => {
    const { broker, fanOut } = await unfollowedExchange();
    await (await recordFeed(feedOf(broker, eu, 3))).stop();
    const changed = await recordFeed(feedOf(broker, eu, 5));
    expect(changed.bindings).toEqual([false]);
    await changed.stop();
    for (const user of ['u1', 'u2', 'u3', 'u4', 'u5', 'u6']) await fanOut.send(aBundle([user]));
    const feed = await recordFeed(feedOf(broker, eu, 5));
    expect(feed.bindings).toEqual([true]);
    await expect.poll(() => feed.users()).toEqual(['u2', 'u3', 'u4', 'u5', 'u6']);
    await feed.stop();
  });

  it('binds again after a lost connection, with what was sent meanwhile', async () => {
    const { fanOut } = await unfollowedExchange();
    const proxy = await startTcpProxy(namespace.url);
    const feed = await recordFeed(feedOf(namespace.open({ url: proxy.url }), eu));
    proxy.cut();
    await expect.poll(() => namespace.observed('channel_lost')).toBeGreaterThan(0);
    await fanOut.send(aBundle(['alice']));
    proxy.mend();
    await expect.poll(() => feed.bindings).toEqual([false, true]);
    await expect.poll(() => feed.users()).toEqual(['alice']);
    await feed.stop();
    await namespace.closeBrokers();
    await proxy.close();
  });

  it('passes over a message of an unknown schema, which is no overflow', async () => {
    const { broker, fanOut, openFeed } = await unfollowedExchange();
    const feed = await recordFeed(openFeed(eu));
    const exchange = namespace.topology.exchanges.content;
    const body = Buffer.from('{"schema":99,"kind":"bundle"}');
    await broker.publish({ exchange, key: 'interactive.all', body, deadlineMs: confirmDeadlineMs });
    await fanOut.send(aBundle(['alice']));
    await expect.poll(() => feed.users()).toEqual(['alice']);
    await expect.poll(() => namespace.observed('message_refused')).toBe(1);
    const { overflow } = namespace.topology.replicaQueues(eu, limits);
    await expect.poll(() => namespace.messagesIn(overflow.name)).toBe(0);
    expect(feed.overflows()).toBe(0);
    await feed.stop();
  });

  it('tells the replica of a bundle that was given up after 20 redeliveries', async () => {
    const { fanOut, openFeed } = await unfollowedExchange();
    const onBundle = async () => {
      throw new Error('disk full');
    };
    const feed = await recordFeed(openFeed(eu), { onBundle });
    await fanOut.send(aBundle(['alice']));
    await expect.poll(() => feed.overflows()).toBe(1);
    expect(feed.users()).toHaveLength(21);
    await feed.stop();
  });

  it('hears nobody who speaks for another region than that of the key', async () => {
    const { broker, openFeed, openPageRequests, openReports } = await unfollowedExchange();
    const exchange = namespace.topology.exchanges.edge;
    const heard: string[] = [];
    const note = async ({ region }: { region: string }) => void heard.push(region);
    const running = [
      await openPageRequests().consumePageRequests(note),
      await openReports().consumeReports(note),
    ];
    const asked = encodePageRequest({ ...us, snapshotId: 's1', after: null });
    const said = { ...us, sentAtMs: 1, isCaughtUp: true, receipts: [] };
    for (const [key, body] of [
      ['pages.eu', asked],
      ['receipts.eu', encodeReport(said)],
    ] as const) {
      await broker.publish({ exchange, key, body, deadlineMs: confirmDeadlineMs });
    }
    await expect.poll(() => namespace.observed('message_refused')).toBe(2);
    await openFeed(eu).requestPage(null, 's2');
    await expect.poll(() => heard).toEqual(['eu']);
    await Promise.all(running.map((it) => it.stop()));
  });

  it('reaches a region that is named among others', async () => {
    const { broker, openFeed } = await unfollowedExchange();
    const [feed, other] = [await recordFeed(openFeed(eu)), await recordFeed(openFeed(us))];
    const exchange = namespace.topology.exchanges.content;
    for (const key of ['interactive.ap.eu.sa', 'interactive.us']) {
      const body = encodeBundle(aBundle([key]));
      await broker.publish({ exchange, key, body, deadlineMs: confirmDeadlineMs });
    }
    await expect.poll(() => feed.users()).toEqual(['interactive.ap.eu.sa']);
    await expect.poll(() => other.users()).toEqual(['interactive.us']);
    await Promise.all([feed.stop(), other.stop()]);
  });
});
