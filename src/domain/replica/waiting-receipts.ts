// Receipts that wait to be sent: the newest of each user, the eldest first, and never too many.

import type { Receipt } from '../receipt.ts';

export type WaitingReceipts = {
  /** An older version says nothing new; an equal one keeps the time at which it was first there. */
  keep(receipt: Receipt): void;
  /** Takes the eldest away. */
  take(max: number): Receipt[];
  size(): number;
  /** How many had to go for others since it was last asked. */
  takeDropped(): number;
};

export function createWaitingReceipts(max: number): WaitingReceipts {
  /** By user, in the order in which they were kept. */
  const waiting = new Map<string, Receipt>();
  let dropped = 0;

  function take(max: number): Receipt[] {
    const taken: Receipt[] = [];
    for (const receipt of waiting.values()) {
      if (taken.length === max) break;
      taken.push(receipt);
    }
    for (const { user } of taken) waiting.delete(user);
    return taken;
  }

  return {
    keep(receipt) {
      const { user, version } = receipt;
      if ((waiting.get(user)?.version ?? -1) >= version) return;
      waiting.delete(user);
      waiting.set(user, receipt);
      if (waiting.size > max) dropped += take(1).length;
    },
    take,
    size: () => waiting.size,
    takeDropped() {
      const told = dropped;
      dropped = 0;
      return told;
    },
  };
}
