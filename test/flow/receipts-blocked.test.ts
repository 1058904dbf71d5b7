// Receipts on a real broker that takes none for a while: positions go on, and memory stays bounded.

import { expect, it, onTestFinished } from 'vitest';
import type { Observation } from '../../src/domain/observation.ts';
import { createReceipts } from '../../src/domain/replica/gather-receipts.ts';
import { createPositionContent } from '../../src/domain/replica/position-content.ts';
import { amqpReports } from '../../src/inbound/amqp-reports.ts';
import { amqpContentFeed } from '../../src/outbound/amqp-content-feed.ts';
import { memoryRegionStore } from '../../src/outbound/memory-region-store.ts';
import { openBrokerNamespace } from '../broker-namespace.ts';
import { noPositions } from '../domain/replica/no-positions.ts';
import { aBundle } from '../fixtures/content.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { blockedFrame, unblockedFrame } from '../wire/amqp-frames.ts';

const eu = { region: 'eu', instance: 'eu-1' };

it('waits with receipts while the broker is blocked, keeps the newest, and positions on', async () => {
  const namespace = await openBrokerNamespace([eu]);
  const proxy = await startTcpProxy(namespace.url);
  onTestFinished(async () => {
    proxy.mend();
    await namespace.drop();
    await proxy.close();
  });
  const broker = namespace.open({ url: proxy.url });
  await broker.whenConnected();
  const feed = amqpContentFeed({
    ...{ broker, ...eu, prefetch: { interactive: 4, bulk: 4 }, confirmDeadlineMs: 5_000 },
    limits: { maxMessages: 1_000, maxBytes: 64 * 1024 * 1024 },
  });
  const told: string[] = [];
  await amqpReports({ broker: namespace.open(), prefetch: 1 }).consumeReports(
    async ({ receipts }) => void told.push(...receipts.map(({ user }) => user)),
  );
  const observed: Observation[] = [];
  const receipts = createReceipts({
    ...{ send: feed.sendReport, isCaughtUp: () => true, nowMs: Date.now },
    ...{ maxWaiting: 10, maxReceipts: 4, everyMs: 10, heartbeatMs: 60_000 },
    observe: (observation) => observed.push(observation),
  });
  const running = receipts.start();
  onTestFinished(running.stop);
  const store = memoryRegionStore();
  const position = createPositionContent({
    ...{ store, positions: noPositions, receipts, tickets: { settle: () => {} } },
    ...{ observe: () => {}, nowMs: Date.now },
  });
  await position(aBundle(['before']));
  await expect.poll(() => told).toEqual(['before']);

  proxy.say(blockedFrame('low on memory'));
  await expect.poll(() => broker.isConnected()).toBe(false);
  const users = Array.from({ length: 100 }, (_, index) => `user-${100 + index}`);
  for (const user of users) await position(aBundle([user]));
  expect([...store.heads()]).toHaveLength(101);
  expect(told).toEqual(['before']);

  proxy.say(unblockedFrame);
  await expect.poll(() => told.toSorted()).toEqual(['before', ...users.slice(-10)]);
  const dropped = observed.flatMap((it) => (it.kind === 'receipts_dropped' ? it.receipts : []));
  expect(dropped.reduce((sum, count) => sum + count, 0)).toBe(90);
});
