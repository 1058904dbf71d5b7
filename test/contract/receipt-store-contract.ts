// What every store of receipts must do.

import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/domain/ports.ts';
import type { ReceiptStore, ReplicaReport } from '../../src/domain/receipt.ts';
import { anEvent, content, finished } from '../fixtures/events.ts';

type Opened = {
  store: Pick<ContentStore, 'commit'>;
  receipts: ReceiptStore;
  erase(stamp: number): Promise<void>;
};

/** Long ago, so that no clock in use is behind it. */
const sentAtMs = 1_700_000_000_000;

function aReport(given: Partial<ReplicaReport> = {}): ReplicaReport {
  return {
    ...{ region: 'eu', instance: 'eu-1', sentAtMs, isCaughtUp: true },
    receipts: [],
    ...given,
  };
}

const receipt = (user: string, version: number) => ({ user, version, positionedAtMs: version + 9 });

export function receiptStoreContract(name: string, open: () => Promise<Opened>): void {
  async function openWith(...users: string[]) {
    const opened = await open();
    await opened.store.commit(
      users.map((user) => finished(anEvent({ user, id: user, stamp: 1 }), content('x'))),
    );
    return opened;
  }

  describe(`a store of receipts: ${name}`, () => {
    it('keeps the newest version per user and instance, and says how many were news', async () => {
      const { receipts } = await openWith('alice', 'bob');
      const both = [receipt('alice', 5), receipt('bob', 6)];
      expect(await receipts.storeReport(aReport({ receipts: both }))).toBe(2);
      expect(await receipts.storeReport(aReport({ receipts: both }))).toBe(0);
      const later = [receipt('bob', 5), receipt('alice', 7)];
      expect(await receipts.storeReport(aReport({ receipts: later }))).toBe(1);
      const other = { region: 'us', instance: 'us-1', receipts: [receipt('alice', 1)] };
      expect(await receipts.storeReport(aReport(other))).toBe(1);
      expect(await receipts.receiptsOf('alice')).toEqual([
        { region: 'eu', instance: 'eu-1', positioned: { version: 7, atMs: 16 } },
        { region: 'us', instance: 'us-1', positioned: { version: 1, atMs: 10 } },
      ]);
      expect(await receipts.receiptsOf('bob')).toEqual([
        { region: 'eu', instance: 'eu-1', positioned: { version: 6, atMs: 15 } },
        { region: 'us', instance: 'us-1', positioned: null },
      ]);
    });

    it('keeps nothing that another region says of an instance, until it is retired', async () => {
      const { receipts } = await openWith('alice');
      await receipts.storeReport(aReport());
      const foreign = aReport({ region: 'us', receipts: [receipt('alice', 5)] });
      expect(await receipts.storeReport(foreign)).toBe(0);
      const kept = [{ region: 'eu', instance: 'eu-1', positioned: null }];
      expect(await receipts.receiptsOf('alice')).toEqual(kept);
      await receipts.retire('eu-1');
      expect(await receipts.storeReport(foreign)).toBe(1);
      expect(await receipts.replicas()).toMatchObject([{ region: 'us', instance: 'eu-1' }]);
    });

    it('keeps nothing of users that have no document', async () => {
      const { receipts } = await openWith('alice');
      const strangers = [receipt('alice', 5), receipt('zoe', 5)];
      expect(await receipts.storeReport(aReport({ receipts: strangers }))).toBe(1);
      expect(await receipts.receiptsOf('zoe')).toMatchObject([{ positioned: null }]);
    });

    it('believes no version that a document never had, and no time that cannot be', async () => {
      const { store, receipts } = await openWith('alice');
      const again = finished(anEvent({ user: 'alice', id: 'again', stamp: 2 }), content('y'));
      const version = (await store.commit([again])).documents[0]?.version ?? 0;
      const said = (version: number, positionedAtMs: number) =>
        receipts.storeReport(aReport({ receipts: [{ user: 'alice', version, positionedAtMs }] }));
      const positioned = async () => (await receipts.receiptsOf('alice'))[0]?.positioned;
      expect(await said(version + 1, version)).toBe(0);
      expect(await positioned()).toBe(null);
      expect(await said(version - 1, 5)).toBe(1);
      expect(await positioned()).toEqual({ version: version - 1, atMs: version - 1 });
      expect(await said(version, Number.MAX_SAFE_INTEGER)).toBe(1);
      expect((await positioned())?.atMs).toBeLessThan(Date.now() + 43_200_000);
    });

    it('knows every replica that it heard of, as it was last', async () => {
      const { receipts } = await open();
      await receipts.storeReport(aReport({ region: 'us', instance: 'us-1' }));
      await receipts.storeReport(aReport());
      await receipts.storeReport(aReport({ isCaughtUp: false }));
      const number = expect.any(Number);
      const seen = { firstSeenAtMs: number, lastSeenAtMs: number, silentMs: number };
      expect(await receipts.replicas()).toEqual([
        { region: 'eu', instance: 'eu-1', ...seen, retiredAtMs: null, isCaughtUp: false },
        { region: 'us', instance: 'us-1', ...seen, retiredAtMs: null, isCaughtUp: true },
      ]);
    });

    it.each([
      ['behind', -1],
      ['ahead', 1],
    ])('has seen a replica when it heard of it, though its clock is a day %s', async (_, days) => {
      const { receipts } = await open();
      const at = (sentAtMs: number) => receipts.storeReport(aReport({ sentAtMs }));
      await at(Date.now());
      const [first] = await receipts.replicas();
      await expect.poll(() => Date.now()).toBeGreaterThan((first?.lastSeenAtMs ?? 0) + 1);
      await at(Date.now() + days * 86_400_000);
      const [replica] = await receipts.replicas();
      expect(replica?.silentMs).toBeLessThan(43_200_000);
      expect(replica?.firstSeenAtMs).toBe(first?.firstSeenAtMs);
      expect(replica?.lastSeenAtMs).toBeGreaterThan(first?.lastSeenAtMs ?? Number.NaN);
      expect(replica?.lastSeenAtMs).toBeLessThan(Date.now() + 43_200_000);
    });

    it('counts no replica that was retired, until it is heard of again', async () => {
      const { receipts } = await openWith('alice');
      const held = [receipt('alice', 5)];
      await receipts.storeReport(aReport({ receipts: held }));
      expect(await receipts.retire('eu-1')).toBe(true);
      expect(await receipts.retire('eu-9')).toBe(false);
      expect(await receipts.receiptsOf('alice')).toEqual([]);
      const [retired] = await receipts.replicas();
      expect(retired?.retiredAtMs).toBeGreaterThan(sentAtMs);
      // It had sent this before it was retired.
      await receipts.storeReport(aReport({ sentAtMs: sentAtMs + 1 }));
      expect(await receipts.receiptsOf('alice')).toEqual([]);
      const { retiredAtMs } = retired as { retiredAtMs: number };
      await expect.poll(() => Date.now()).toBeGreaterThan(retiredAtMs + 1);
      await receipts.storeReport(aReport({ sentAtMs: retiredAtMs + 1 }));
      expect(await receipts.receiptsOf('alice')).toMatchObject([{ positioned: { version: 5 } }]);
      expect(await receipts.replicas()).toMatchObject([{ retiredAtMs: null }]);
    });

    it('forgets what was positioned of a user who is erased', async () => {
      const { receipts, erase } = await openWith('alice', 'bob');
      await receipts.storeReport(aReport({ receipts: [receipt('alice', 5), receipt('bob', 5)] }));
      await erase(1);
      expect(await receipts.receiptsOf('alice')).toMatchObject([{ positioned: null }]);
      expect(await receipts.receiptsOf('bob')).toMatchObject([{ positioned: { version: 5 } }]);
    });

    it('brings nothing back of an erased user, whose receipt comes late', async () => {
      const { store, receipts, erase } = await openWith('alice');
      await erase(1);
      await receipts.storeReport(aReport({ receipts: [receipt('alice', 5)] }));
      const late = finished(anEvent({ user: 'alice', id: 'late', stamp: 1 }), content('x'));
      expect((await store.commit([late])).outcomes).toEqual(['erased']);
      const documents = (await store.commit([late])).documents;
      expect(documents.flatMap(({ slots }) => slots)).toEqual([]);
    });

    it('takes reports of one replica from several workers at a time', async () => {
      const users = Array.from({ length: 300 }, (_, index) => `user-${index}`);
      const { receipts } = await openWith(...users);
      const versions = Array.from({ length: 10 }, (_, index) => index + 1);
      await Promise.all(
        versions.map((version) => {
          const inAnyOrder = version % 2 === 0 ? users : users.toReversed();
          const held = inAnyOrder.map((user) => receipt(user, version));
          return receipts.storeReport(aReport({ sentAtMs: sentAtMs + version, receipts: held }));
        }),
      );
      for (const user of users.slice(0, 20)) {
        expect(await receipts.receiptsOf(user)).toMatchObject([{ positioned: { version: 10 } }]);
      }
    });
  });
}
