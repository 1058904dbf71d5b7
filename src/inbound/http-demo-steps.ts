// Reports an event and tells its steps as lines of JSON, each sent when it was made.

import { Readable } from 'node:stream';
import { describeError } from '../domain/errors.ts';
import type { EventStep } from '../domain/event-steps.ts';

/** Of what failed, `where` says what went wrong. */
type Line = EventStep | { step: 'failed'; where: string };

export type ReportParts = {
  regions: readonly string[];
  /** After it nobody waits for a step any longer. */
  patienceMs: number;
  watch: (onStep: (step: EventStep) => void) => (() => void) | null;
  post: () => Promise<void>;
};

/** Ends when the event is positioned everywhere, or will not be. `null`: too many are followed. */
export function reportAndFollow(parts: ReportParts): Readable | null {
  const waiting: Line[] = [];
  let wake = () => {};
  function push(line: Line): void {
    waiting.push(line);
    wake();
  }
  const fail = (where: string) => push({ step: 'failed', where });

  const unwatch = parts.watch(push);
  if (unwatch === null) return null;
  const patience = `Not in every region within ${parts.patienceMs} ms.`;
  const timer = setTimeout(() => fail(patience), parts.patienceMs);
  function close(): void {
    clearTimeout(timer);
    unwatch?.();
  }
  parts.post().catch((error: unknown) => fail(describeError(error)));

  async function* lines() {
    const missing = new Set(parts.regions);
    for (;;) {
      const line = waiting.shift();
      if (line === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield `${JSON.stringify(line)}\n`;
      if (line.step === 'positioned' && line.where !== null) missing.delete(line.where);
      if (line.step === 'failed' || line.step === 'ended' || missing.size === 0) return close();
    }
  }
  // Also when the reader goes away: the generator itself may be waiting then.
  return Readable.from(lines(), { objectMode: false }).once('close', close);
}
