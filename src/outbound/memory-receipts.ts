// Replicas and their receipts in memory: the same as Postgres's statements.

import { compareText } from '../domain/order.ts';
import type { Clock } from '../domain/ports.ts';
import type { KnownReplica, Receipt, ReceiptStore } from '../domain/receipt.ts';

export type MemoryReceipts = ReceiptStore & { forget(user: string): void };

export function memoryReceipts(parts: {
  /** `null`: there is no such user. */
  versionOf: (user: string) => number | null;
  nowMs: Clock;
}): MemoryReceipts {
  const { versionOf, nowMs } = parts;
  const replicas = new Map<string, Omit<KnownReplica, 'silentMs'>>();
  /** By user and instance. */
  const receipts = new Map<string, Map<string, Receipt>>();

  const sorted = () =>
    [...replicas.values()].sort(
      (a, b) => compareText(a.region, b.region) || compareText(a.instance, b.instance),
    );

  function keep(instance: string, receipt: Receipt): boolean {
    if (receipt.version > (versionOf(receipt.user) ?? -1)) return false;
    const held = receipts.get(receipt.user) ?? new Map<string, Receipt>();
    if (receipt.version <= (held.get(instance)?.version ?? -1)) return false;
    const positionedAtMs = Math.min(Math.max(receipt.positionedAtMs, receipt.version), nowMs());
    receipts.set(receipt.user, held.set(instance, { ...receipt, positionedAtMs }));
    return true;
  }

  return {
    async storeReport({ region, instance, isCaughtUp, sentAtMs, receipts }) {
      const lastSeenAtMs = nowMs();
      const held = replicas.get(instance);
      const retiredAtMs = held?.retiredAtMs ?? null;
      if (held !== undefined && held.region !== region && retiredAtMs === null) return 0;
      const staysRetired = retiredAtMs !== null && retiredAtMs >= Math.min(sentAtMs, lastSeenAtMs);
      replicas.set(instance, {
        ...{ region, instance, isCaughtUp, lastSeenAtMs },
        firstSeenAtMs: held?.firstSeenAtMs ?? lastSeenAtMs,
        retiredAtMs: staysRetired ? retiredAtMs : null,
      });
      return receipts.filter((receipt) => keep(instance, receipt)).length;
    },
    replicas: async () => sorted().map((it) => ({ ...it, silentMs: nowMs() - it.lastSeenAtMs })),
    async retire(instance) {
      const held = replicas.get(instance);
      if (held === undefined) return false;
      replicas.set(instance, { ...held, retiredAtMs: held.retiredAtMs ?? nowMs() });
      return true;
    },
    async receiptsOf(user) {
      return sorted()
        .filter(({ retiredAtMs }) => retiredAtMs === null)
        .map(({ region, instance }) => {
          const held = receipts.get(user)?.get(instance);
          const positioned = held && { version: held.version, atMs: held.positionedAtMs };
          return { region, instance, positioned: positioned ?? null };
        });
    },
    forget: (user) => void receipts.delete(user),
  };
}
