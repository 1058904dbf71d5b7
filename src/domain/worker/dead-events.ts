// Events that no worker got done: the queue between ingest and workers gave them up.

import type { AcceptedEvent } from '../event.ts';
import type { Running } from '../ports.ts';

export type DeadEvent = {
  /** `null`: what was in the queue is no event that this release can read. */
  event: AcceptedEvent | null;
  error: string;
  /** What was in the queue; only its beginning if it is large. */
  body: { sha256: string; bytes: number; base64: string };
};

export type DeadEventConsumer = {
  /**
   * Each dead event goes to one worker, and is delivered again when its handler rejects, for as
   * long as that takes: nothing stands behind it.
   */
  consumeDeadEvents(handler: (dead: DeadEvent) => Promise<void>): Promise<Running>;
};
