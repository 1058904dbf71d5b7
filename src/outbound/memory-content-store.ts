// The content store in memory: nothing outlives the process. Decisions are the domain's, so that
// it differs from Postgres only in where things are kept.

import { bytesOf, type Outcome, type UserDocument } from '../domain/document.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { compareText } from '../domain/order.ts';
import type { Clock, ContentStore } from '../domain/ports.ts';
import type { ReceiptStore } from '../domain/receipt.ts';
import { unitKey } from '../domain/worker/commit-rules.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';
import { beginEvent, commitInMemory, type DeadLetter, type MemoryState } from './memory-commit.ts';
import { documentOf, heldContent } from './memory-documents.ts';
import { eraseInMemory } from './memory-erasure.ts';
import { memoryFollowUps } from './memory-follow-ups.ts';
import { memoryParking } from './memory-parking.ts';
import { memoryReceipts } from './memory-receipts.ts';
import { memoryUnsent } from './memory-unsent.ts';

export type MemoryContentStore = ContentStore &
  FollowUpStore &
  ReceiptStore & {
    outcomes: ReadonlyMap<string, Outcome>;
    deadLetters: ReadonlyMap<string, DeadLetter>;
    /** Nobody asks for one yet. */
    erase(user: string, stamp: number): void;
  };

export function memoryContentStore(nowMs: Clock = Date.now): MemoryContentStore {
  const state: MemoryState = {
    nowMs,
    digests: new Map(),
    outcomes: new Map(),
    documents: new Map(),
    erased: new Map(),
    generic: new Map(),
    deadLetters: new Map(),
    followUps: memoryFollowUps(nowMs),
  };
  const parking = memoryParking({
    nowMs,
    isSettled: (key) => state.outcomes.has(key),
    begin: (event, name) => beginEvent(state, event, name),
    erasedStampOf: (event) => state.erased.get(event.user ?? '') ?? 0,
  });
  const receipts = memoryReceipts({
    nowMs,
    versionOf: (user) => state.documents.get(user)?.version ?? null,
  });
  return {
    get outcomes() {
      return state.outcomes;
    },
    get deadLetters() {
      return state.deadLetters;
    },
    ...parking,
    ...memoryUnsent(nowMs),
    ...state.followUps,
    ...receipts,

    async load(requests) {
      return requests.map(({ event, slots }) => ({
        settled: namesOf(state.outcomes.keys(), event),
        parked: parking.parkedNames(event),
        previous: new Map(
          slots.flatMap((slot) => {
            const content = heldContent(state, event.user, slot);
            return content === undefined ? [] : [[slot, content.contentJson] as const];
          }),
        ),
        isIdReuse: (state.digests.get(unitKey(event, '')) ?? event.digest) !== event.digest,
        erasedStamp: state.erased.get(event.user ?? '') ?? 0,
      }));
    },

    erase(user, stamp) {
      eraseInMemory(state, user, stamp);
      parking.empty();
      receipts.forget(user);
    },

    commit: async (units, leaseMs = 0) => commitInMemory(state, units, leaseMs),

    async readDocuments(users) {
      const known = [...new Set(users)].filter((user) => state.documents.has(user));
      return known.sort(compareText).map((user) => documentOf(state, user));
    },

    async readGeneric() {
      return [...state.generic.values()].sort((a, b) => compareText(a.slot, b.slot));
    },

    async readPage(after, maxBytes) {
      const users = [...state.documents.keys()]
        .filter((user) => after === null || compareText(user, after) > 0)
        .sort(compareText);
      const documents: UserDocument[] = [];
      let bytes = 0;
      for (const user of users) {
        const document = documentOf(state, user);
        bytes += bytesOf(document);
        if (documents.length > 0 && bytes > maxBytes) break;
        documents.push(document);
      }
      const isLast = documents.length === users.length;
      return { documents, next: isLast ? null : (documents.at(-1)?.user ?? null) };
    },
  };
}

function namesOf(keys: Iterable<string>, event: AcceptedEvent): string[] {
  const prefix = unitKey(event, '').slice(0, -'""]'.length);
  return [...keys].filter((key) => key.startsWith(prefix)).map((key) => JSON.parse(key)[3]);
}
