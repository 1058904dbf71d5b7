// Receipts of one replica, on their way to the workers: the newest version per user, in batches.
//
// Nothing waits for them. While the broker takes none they stay here, up to a bound; at the bound the
// eldest go. What is lost is made up for by the user's next version, or by the next snapshot.

import type { Observe } from '../observation.ts';
import type { Clock, ContentFeed, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import { createLastingFailure } from './lasting-failure.ts';
import { createWaitingReceipts } from './waiting-receipts.ts';

export type Receipts = {
  /** The position of the user shows this version, or a newer one. */
  note(user: string, version: number): void;
  /** Sends from now on. Stopping sends what was noted until then, if the broker takes it. */
  start(): Running;
};

export type ReceiptsParts = {
  send: ContentFeed['sendReport'];
  isCaughtUp: () => boolean;
  /** Receipts that wait; beyond it the eldest are dropped. */
  maxWaiting: number;
  /** Receipts in one report. So many are sent at once, fewer when `everyMs` is over. */
  maxReceipts: number;
  everyMs: number;
  /** With nothing else to say, a replica says so often that it lives. */
  heartbeatMs: number;
  observe: Observe;
  nowMs: Clock;
};

export function createReceipts(parts: ReceiptsParts): Receipts {
  const { send, isCaughtUp, maxReceipts, everyMs, heartbeatMs, observe, nowMs } = parts;
  const waiting = createWaitingReceipts(parts.maxWaiting);
  const failure = createLastingFailure('send_receipts', observe);
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let sending: Promise<boolean> | null = null;
  /** Nothing is sent before the next turn: the last report was refused, or none was begun. */
  let isResting = true;

  /** Resolves with whether the broker has it. */
  async function sendOne(): Promise<boolean> {
    const receipts = waiting.take(maxReceipts);
    try {
      await send({ isCaughtUp: isCaughtUp(), sentAtMs: nowMs(), receipts });
    } catch (error) {
      for (const receipt of receipts) waiting.keep(receipt);
      isResting = true;
      failure.failed(error);
      return false;
    }
    sentAtMs = nowMs();
    if (receipts.length > 0) observe({ kind: 'receipts_sent', receipts: receipts.length });
    failure.succeeded();
    return true;
  }

  /** One report at a time: a broker that is slow is not given more of them. */
  function sendNext(): Promise<boolean> {
    sending ??= sendOne().finally(() => {
      sending = null;
    });
    return sending;
  }

  async function sendFullOnes(): Promise<void> {
    while (waiting.size() >= maxReceipts && (await sendNext()));
  }

  async function sendDue(): Promise<void> {
    const dropped = waiting.takeDropped();
    if (dropped > 0) observe({ kind: 'receipts_dropped', receipts: dropped });
    isResting = false;
    const isSilent = nowMs() - sentAtMs >= heartbeatMs;
    if (waiting.size() === 0 && !isSilent) return;
    // What is noted meanwhile waits for its turn, or for as many as fill a report.
    if (await sendNext()) await sendFullOnes();
  }

  return {
    note(user, version) {
      waiting.keep({ user, version, positionedAtMs: nowMs() });
      const isFull = waiting.size() >= maxReceipts;
      if (isFull && sending === null && !isResting) void sendFullOnes();
    },
    start() {
      const running = repeat('send_receipts', everyMs, sendDue, observe);
      return {
        async stop() {
          await running.stop();
          await sending;
          while (waiting.size() > 0 && (await sendNext()));
        },
      };
    },
  };
}
