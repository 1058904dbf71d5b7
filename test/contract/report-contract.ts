// What every way of a replica's report must do.

import { expect, it } from 'vitest';
import type { ReplicaReport } from '../../src/domain/receipt.ts';
import { eu, type OpenContentExchange, us } from './opened-content-exchange.ts';

function aReport(user: string) {
  const receipts = [{ user, version: 1_795_248_000_123, positionedAtMs: 1_795_248_000_130 }];
  return { sentAtMs: 1_795_248_000_999, isCaughtUp: true, receipts };
}

export function reportContract(open: OpenContentExchange): void {
  it('brings a report to a worker, and says whose it is', async () => {
    const { openReports, openFeed } = await open();
    const seen: ReplicaReport[] = [];
    const running = await openReports().consumeReports(async (report) => void seen.push(report));
    await openFeed(eu).sendReport(aReport('alice'));
    await expect.poll(() => seen).toEqual([{ ...eu, ...aReport('alice') }]);
    await openFeed(us).sendReport({ ...aReport('bob'), receipts: [] });
    await expect.poll(() => seen.at(-1)).toEqual({ ...us, ...aReport('bob'), receipts: [] });
    await running.stop();
  });

  it('keeps a report until a worker is there, and brings it to one of several', async () => {
    const { openReports, openFeed } = await open();
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`).sort();
    const feed = openFeed(eu);
    await Promise.all(users.map((user) => feed.sendReport(aReport(user))));
    const seen: string[] = [];
    const note = async ({ receipts }: ReplicaReport) => {
      seen.push(...receipts.map(({ user }) => user));
    };
    const running = await Promise.all([1, 2].map(() => openReports().consumeReports(note)));
    await expect.poll(() => seen.toSorted()).toEqual(users);
    await Promise.all(running.map((it) => it.stop()));
  });

  it('delivers a report again when its handler rejects', async () => {
    const { openReports, openFeed } = await open();
    let attempts = 0;
    const running = await openReports().consumeReports(async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('no database');
    });
    await openFeed(eu).sendReport(aReport('alice'));
    await expect.poll(() => attempts).toBe(3);
    await running.stop();
  });
}
