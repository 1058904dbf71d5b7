// Step 7 of an event's way: what a client reads when no position answers it, from this replica alone.

import type { Config } from '../config.ts';
import type { Observe, ReadState } from '../observation.ts';
import type { Clock, RegionStore } from '../ports.ts';
import type { ColdReads } from './cold-reads.ts';
import { type ComposeCall, type DocumentComposer, lackingSlots } from './compose-document.ts';
import type { KeptPositions } from './keep-positions.ts';
import type { WaitingTickets } from './waiting-tickets.ts';

/** What a read waits for before it looks: an event to be settled, or the end of its patience. */
export type ReadAfter = { ticket: string; waitMs: number; signal: AbortSignal };

/** Each answer is JSON text, and that of a page HTML. */
export type ReadContent = {
  document(user: string, after: ReadAfter | null): Promise<string>;
  /** `null`: there is no such slot. */
  slot(user: string, slot: string, after: ReadAfter | null): Promise<string | null>;
  /** The document again, for whoever watches it: no read of a client. */
  watched(user: string): Promise<string>;
  genericDocument(): string;
  /** `null`: the configuration has no page. */
  pages: ReadPages | null;
};

/** The same as HTML. */
export type ReadPages = { page(user: string): Promise<string>; genericPage(): string };

export function createReadContent(parts: {
  slots: Config['slots'];
  store: Pick<RegionStore, 'get' | 'generic'>;
  compose: DocumentComposer;
  positions: Pick<KeptPositions, 'current'>;
  coldReads: Pick<ColdReads, 'ask' | 'isPending'>;
  tickets: Pick<WaitingTickets, 'wait'>;
  isCaughtUp: () => boolean;
  observe: Observe;
  nowMs: Clock;
}): ReadContent {
  const { slots, store, compose, positions, coldReads, tickets, isCaughtUp, observe, nowMs } =
    parts;
  const names = Object.keys(slots);

  async function look(user: string, after: ReadAfter | null): Promise<ComposeCall> {
    // Whatever the outcome: the client is answered with what there is now.
    if (after !== null) await tickets.wait(after.ticket, { ...after, user });
    const stored = store.get(user);
    // Asked for before it is laid down: a body that is about to change becomes no file.
    if (isCaughtUp()) coldReads.ask(user, lackingSlots(names, stored, nowMs()));
    // Of whom nothing is stored, nothing is laid down: most reads that get here.
    const document = stored === null ? null : positions.current(user);
    // A stored document is the whole truth but for what was asked; an absent one may still arrive.
    const mayArrive = document === null && !isCaughtUp();
    return {
      ...{ user, document, generic: store.generic(), nowMs: nowMs() },
      isPending: (slot) => mayArrive || coldReads.isPending(user, slot),
    };
  }

  /** `lacking`: of the slots that were read, those that show nothing of the user's own. */
  function tell(call: ComposeCall, read: readonly string[], lacking: readonly string[]): void {
    observe({ kind: 'content_read', state: stateOf(call, read, lacking) });
  }

  const composeGeneric = () =>
    compose.genericDocument({ generic: store.generic(), nowMs: nowMs() }, 'generic');

  function pagesOf(page: NonNullable<DocumentComposer['page']>): ReadPages {
    return {
      async page(user) {
        const call = await look(user, null);
        const { shown, filled } = compose.document(call);
        tell(call, names, filled);
        return page(shown);
      },
      genericPage: () => page(composeGeneric().shown),
    };
  }

  return {
    async document(user, after) {
      const call = await look(user, after);
      const { json, filled } = compose.document(call);
      tell(call, names, filled);
      return json;
    },
    async slot(user, slot, after) {
      if (!Object.hasOwn(slots, slot)) return null;
      const call = await look(user, after);
      const lacking = lackingSlots([slot], call.document, call.nowMs).map((it) => it.slot);
      tell(call, [slot], lacking);
      return compose.slot(call, slot);
    },
    watched: async (user) => compose.document(await look(user, null)).json,
    genericDocument: () => composeGeneric().json,
    pages: compose.page === null ? null : pagesOf(compose.page),
  };
}

function stateOf(
  { isPending }: ComposeCall,
  read: readonly string[],
  lacking: readonly string[],
): ReadState {
  if (lacking.length === 0) return 'personal';
  if (lacking.some(isPending)) return 'pending';
  return lacking.length < read.length ? 'mixed' : 'generic';
}
