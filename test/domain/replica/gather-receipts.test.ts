// What waits to be said of positions, and when it is.

import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Observation } from '../../../src/domain/observation.ts';
import { createReceipts, type ReceiptsParts } from '../../../src/domain/replica/gather-receipts.ts';

type Report = Parameters<ReceiptsParts['send']>[0];

function open(given: Partial<ReceiptsParts> = {}) {
  vi.useFakeTimers({ now: 1_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  const sent: Report[] = [];
  const observed: Observation[] = [];
  const broker = { isThere: true };
  const receipts = createReceipts({
    async send(report) {
      if (!broker.isThere) throw new Error('blocked');
      sent.push(report);
    },
    isCaughtUp: () => true,
    ...{ maxWaiting: 5, maxReceipts: 3, everyMs: 1_000, heartbeatMs: 10_000 },
    observe: (observation) => observed.push(observation),
    nowMs: Date.now,
    ...given,
  });
  const versions = () =>
    sent.map((report) => report.receipts.map(({ user, version }) => `${user}${version}`));
  return { receipts, sent, observed, broker, versions };
}

/** Time for what a timer began to come to its end. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('receipts of a replica', () => {
  it('are sent together when their time has come, the newest of each user', async () => {
    const { receipts, sent, observed } = open();
    receipts.start();
    await pass(1);
    sent.length = 0;
    receipts.note('a', 1);
    await pass(7);
    receipts.note('a', 2);
    receipts.note('a', 1);
    await pass(2);
    receipts.note('a', 2);
    expect(sent).toEqual([]);
    await pass(1_000);
    const receipt = { user: 'a', version: 2, positionedAtMs: 1_000_008 };
    expect(sent).toEqual([{ isCaughtUp: true, sentAtMs: 1_001_000, receipts: [receipt] }]);
    expect(observed).toEqual([{ kind: 'receipts_sent', receipts: 1 }]);
  });

  it('are sent at once when as many wait as fill a report', async () => {
    const { receipts, versions } = open();
    receipts.start();
    await pass(1);
    for (const user of ['a', 'b', 'c', 'd']) receipts.note(user, 1);
    await pass(1);
    expect(versions()).toEqual([[], ['a1', 'b1', 'c1']]);
    await pass(1_000);
    expect(versions()).toEqual([[], ['a1', 'b1', 'c1'], ['d1']]);
  });

  it('wait until sending has begun', async () => {
    const { receipts, versions } = open();
    for (const user of ['a', 'b', 'c', 'd']) receipts.note(user, 1);
    await pass(5_000);
    expect(versions()).toEqual([]);
    receipts.start();
    await pass(1);
    expect(versions()).toEqual([['a1', 'b1', 'c1']]);
  });

  it('say that the replica lives when there is nothing else to say', async () => {
    const { receipts, sent } = open();
    receipts.start();
    await pass(9_999);
    expect(sent).toHaveLength(1);
    await pass(1_001);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.receipts).toEqual([]);
  });

  it('keep their bound while the broker takes none, drop the eldest, and tell how many', async () => {
    const { receipts, broker, observed, versions } = open();
    broker.isThere = false;
    receipts.start();
    await pass(1);
    for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) receipts.note(user, 1);
    await pass(3_000);
    broker.isThere = true;
    await pass(3_000);
    expect(versions().flat().toSorted()).toEqual(['c1', 'd1', 'e1', 'f1', 'g1']);
    const kinds = observed.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'task_failed')).toHaveLength(1);
    expect(observed).toContainEqual({ kind: 'receipts_dropped', receipts: 2 });
  });

  it('ask the broker no more often than every turn while it takes none', async () => {
    let attempts = 0;
    const { receipts } = open({
      send: async () => {
        attempts += 1;
        throw new Error('blocked');
      },
    });
    receipts.start();
    await pass(1);
    for (let version = 0; version < 100; version += 1) {
      receipts.note(`u${version}`, 1);
      await pass(0);
    }
    expect(attempts).toBe(1);
  });

  it('send what is left when the replica stops', async () => {
    const { receipts, versions } = open();
    const running = receipts.start();
    await pass(1);
    receipts.note('a', 1);
    const stopped = running.stop();
    await pass(1);
    await stopped;
    expect(versions()).toEqual([[], ['a1']]);
  });

  it('do not keep a replica from stopping while the broker takes none', async () => {
    const { receipts, broker } = open();
    broker.isThere = false;
    receipts.note('a', 1);
    const stopped = receipts.start().stop();
    await pass(1);
    await expect(stopped).resolves.toBeUndefined();
  });
});
