// Step 7 of an event's way: what a client reads, from this replica alone.

import type { Config } from '../config.ts';
import type { Clock, RegionStore } from '../ports.ts';
import { type ComposeCall, createDocumentComposer } from './compose-document.ts';
import type { WaitingTickets } from './waiting-tickets.ts';

/** What a read waits for before it looks: an event to be settled, or the end of its patience. */
export type ReadAfter = { ticket: string; waitMs: number; signal: AbortSignal };

/** Each answer is JSON text. */
export type ReadContent = {
  document(user: string, after: ReadAfter | null): Promise<string>;
  /** `null`: there is no such slot. */
  slot(user: string, slot: string, after: ReadAfter | null): Promise<string | null>;
  genericDocument(): string;
};

export function createReadContent(parts: {
  slots: Config['slots'];
  store: Pick<RegionStore, 'get' | 'generic'>;
  tickets: Pick<WaitingTickets, 'wait'>;
  isCaughtUp: () => boolean;
  nowMs: Clock;
}): ReadContent {
  const { slots, store, tickets, isCaughtUp, nowMs } = parts;
  const compose = createDocumentComposer(slots);

  async function look(user: string, after: ReadAfter | null): Promise<ComposeCall> {
    // Whatever the outcome: the client is answered with what there is now.
    if (after !== null) await tickets.wait(after.ticket, { ...after, user });
    return {
      user,
      document: store.get(user),
      generic: store.generic(),
      nowMs: nowMs(),
      isCaughtUp: isCaughtUp(),
    };
  }

  return {
    document: async (user, after) => compose.document(await look(user, after)),
    async slot(user, slot, after) {
      if (!Object.hasOwn(slots, slot)) return null;
      return compose.slot(await look(user, after), slot);
    },
    genericDocument: () => compose.genericDocument({ generic: store.generic(), nowMs: nowMs() }),
  };
}
