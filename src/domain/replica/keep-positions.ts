// What Nginx serves follows what the store holds: positions are laid down, hidden and rewritten.
//
// Whatever the replica itself answers, it first lays down what is due of that user: nobody who saw a
// version here can be served an older one from a file.

import type { UserDocument } from '../document.ts';
import type { Lane } from '../event.ts';
import type { Observe } from '../observation.ts';
import type { Clock, RegionStore, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import type { DocumentComposer } from './compose-document.ts';
import { createDueUsers } from './due-users.ts';
import { createExpiryTimes } from './expiry-times.ts';
import { createLayDown } from './lay-down.ts';
import { createGenericBodies } from './lay-down-generic.ts';
import type { Positions } from './positions.ts';
import { repairPositions } from './repair-positions.ts';
import { createStaleUsers } from './stale-users.ts';

export type KeptPositions = Running & {
  /** The store has changed: resolves once these users' positions equal it. */
  changed(users: readonly string[], lane: Lane): Promise<void>;
  /** Generic content of these slots has changed: positions that show it follow, at a bounded rate. */
  genericChanged(slots: readonly string[]): void;
  /** The user's document as it is now. What is due of it is laid down before this returns. */
  current(user: string): UserDocument | null;
};

export type KeepPositionsParts = {
  store: RegionStore;
  positions: Positions;
  compose: DocumentComposer;
  /** Whether personal content of the user's slot may be on its way: such a body is not laid down. */
  isPending: (user: string, slot: string) => boolean;
  watchers: { changed(users: readonly string[]): void; changedForAll(): void };
  observe: Observe;
  nowMs: Clock;
  /** Positions that are rewritten per second after generic content has changed. */
  rewritesPerS: number;
};

/** Several times within the second after which nothing expired may be shown. */
const hideEveryMs = 100;

/** Users that one turn of the event loop hides. */
const hiddenPerTurn = 1_000;

/** Nginx reads it in seconds. */
const beatEveryMs = 5_000;

/** Resolves when what an earlier process left behind is brought in line with the store. */
export async function keepPositions(parts: KeepPositionsParts): Promise<KeptPositions> {
  const { store, positions, compose, watchers, observe, nowMs, rewritesPerS } = parts;
  const expiries = createExpiryTimes();
  const generic = createGenericBodies(parts);
  const compositionKey = () => compose.key({ generic: store.generic(), nowMs: nowMs() });
  const stale = createStaleUsers({
    ...{ rewritesPerS, observe },
    rewrite: (user) => positions.has(user) && bring(user),
    onAllRewritten: () => store.setComposedWith(compositionKey()),
  });
  const layDown = createLayDown({ ...parts, expiries, stale });
  const due = createDueUsers(bring);

  function bring(user: string): void {
    layDown.bring(user);
    due.settle(user);
    watchers.changed([user]);
  }

  async function hideExpired(): Promise<void> {
    if (generic.shownUntilMs() <= nowMs()) {
      generic.layDown();
      watchers.changedForAll();
    }
    for (;;) {
      const expired = expiries.takeDue(nowMs(), hiddenPerTurn);
      for (const user of expired) layDown.hide(user);
      watchers.changed(expired);
      if (expired.length < hiddenPerTurn) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  positions.beat();
  generic.layDown();
  const isStale = store.composedWith() !== compositionKey();
  await repairPositions({ ...parts, expiries, stale, due, generic, isStale });
  const running = [
    stale.start(),
    repeat('hide_expired', hideEveryMs, hideExpired, observe),
    repeat('beat', beatEveryMs, async () => positions.beat(), observe),
  ];

  return {
    changed: due.add,
    genericChanged(slots) {
      if (slots.length === 0) return;
      generic.layDown();
      stale.genericChanged(slots);
      watchers.changedForAll();
    },
    current(user) {
      const document = store.get(user);
      const isLaidDown = positions.has(user) && !due.isDue(user) && !stale.isStale(user);
      if (document !== null && !isLaidDown) bring(user);
      return document;
    },
    async stop() {
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}
