// Ends a channel on which a message has waited for its confirm far beyond any deadline.
//
// Whoever sent it was told so long ago, but it is counted as in flight for as long as the broker may
// be at work on it. A queue that has lost its leaders confirms nothing, and its messages would in
// time take the places of all others.

import type { Channel } from 'amqplib';
import type { Session } from './broker-supervisor.ts';

export function endWhenSilent(
  session: Session<Channel>,
  options: {
    /** When the eldest message without a confirm was sent; `null`: there is none. */
    oldestSentAtMs(): number | null;
    /** A broker with an alarm reads nothing. It confirms what was sent to it once that is over. */
    isBlocked(): boolean;
    patienceMs: number;
  },
): void {
  const { oldestSentAtMs, isBlocked, patienceMs } = options;
  /** What was sent on the channel before this one may still be counted. */
  let patientSinceMs = performance.now();

  function look(): void {
    const nowMs = performance.now();
    const oldestMs = oldestSentAtMs();
    if (isBlocked()) patientSinceMs = nowMs;
    if (nowMs - Math.max(oldestMs ?? nowMs, patientSinceMs) < patienceMs) return;
    void session.close(`A message was not confirmed within ${patienceMs} ms.`);
  }

  const timer = setInterval(look, Math.ceil(patienceMs / 10)).unref();
  void session.ended.then(() => clearInterval(timer));
}
