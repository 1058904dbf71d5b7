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
import { createHideExpired } from './hide-expired.ts';
import { createLayDown } from './lay-down.ts';
import { createGenericBodies } from './lay-down-generic.ts';
import type { Positions } from './positions.ts';
import { repairPositions } from './repair-positions.ts';
import { createStaleUsers } from './stale-users.ts';
import { createWithdrawnPositions } from './withdraw-positions.ts';

export type KeptPositions = Running & {
  /** The store has changed: resolves once these users' positions equal it. */
  changed(users: readonly string[], lane: Lane): Promise<void>;
  /**
   * Generic content of these slots has changed: positions that show it follow, at a bounded rate.
   * Resolves, at once if nothing was withdrawn, when none shows what was.
   */
  genericChanged(slots: readonly string[]): Promise<void>;
  /** The user's document as it is now. What is due of it is laid down before this returns. */
  current(user: string): UserDocument | null;
  /** Whether nothing of the user is due, and their position could be written or taken away. */
  isLaidDown(user: string): boolean;
  /** Whether personal content of the user may be on its way is another answer now. */
  pendingChanged(user: string): void;
};

export type KeepPositionsParts = {
  store: RegionStore;
  positions: Positions;
  compose: DocumentComposer;
  /** Whether personal content of the user's slot may be on its way: such a body is not laid down. */
  isPending: (user: string, slot: string) => boolean;
  /** Of every user that an earlier process left behind. */
  onFound: (user: string, version: number) => void;
  /** What the store holds of the user could not be laid down at first, and is now. */
  onMended: (user: string) => void;
  watchers: { changed(users: readonly string[]): void; changedForAll(): void };
  observe: Observe;
  nowMs: Clock;
  /** Positions that are rewritten per second after generic content has changed. */
  rewritesPerS: number;
};

/** Very many that expire together take most of the second in which they are to be hidden. */
const hideEveryMs = 50;

/** Until a disk that failed is tried again. */
const mendEveryMs = 1_000;

/** Nginx reads it in seconds. */
const beatEveryMs = 5_000;

/** Resolves when what an earlier process left behind is brought in line with the store. */
export async function keepPositions(parts: KeepPositionsParts): Promise<KeptPositions> {
  const { store, positions, compose, watchers, observe, nowMs, rewritesPerS } = parts;
  const expiries = createExpiryTimes();
  const generic = createGenericBodies(parts);
  const compositionKey = () => compose.key({ generic: store.generic(), nowMs: nowMs() });
  const stale = createStaleUsers({
    ...{ rewritesPerS, observe, bring, positions, onDropped: expiries.delete },
    onAllRewritten: noteComposedWith,
  });
  const layDown = createLayDown({ ...parts, expiries, stale });
  const { hide } = layDown;
  const due = createDueUsers(bring);
  /** Whose position is wrong and could not be mended. */
  const wrong = new Set<string>();
  const isOutdated = (user: string) => wrong.has(user) || stale.isStale(user);
  const withdrawn = createWithdrawnPositions({ ...parts, stale, isOutdated, hide });

  function update(user: string): void {
    const isRight = layDown.update(user);
    if (!isRight) wrong.add(user);
    else if (wrong.delete(user)) parts.onMended(user);
    due.settle(user);
  }

  function bring(user: string): void {
    update(user);
    watchers.changed([user]);
  }

  async function noteComposedWith(): Promise<boolean> {
    if (wrong.size > 0) return false;
    await store.setComposedWith(compositionKey());
    return true;
  }

  const hideExpired = createHideExpired({ ...parts, expiries, generic, hide });
  generic.layDown();
  const isStale = !store.isComposedWith(compositionKey());
  // What follows is a mixture, also for a process that starts with the old key in the midst of it.
  if (isStale) await store.setComposedWith(null);
  await repairPositions({ ...parts, expiries, stale, due, generic, withdrawn, isStale });
  const running = [
    stale.start(),
    withdrawn.start(),
    repeat('hide_expired', hideEveryMs, hideExpired, observe),
    repeat('mend_positions', mendEveryMs, () => mend(wrong, bring), observe),
    // Not before all that is there may be served.
    repeat('beat', beatEveryMs, async () => positions.beat(), observe),
  ];

  return {
    changed: due.add,
    async genericChanged(slots) {
      if (slots.length === 0) return;
      generic.layDown();
      const gone = withdrawn.genericChanged(slots);
      watchers.changedForAll();
      await gone;
    },
    current(user) {
      const document = store.get(user);
      const isNews = due.isDue(user);
      const isRight = positions.has(user) && !isNews && !isOutdated(user);
      if (document === null || isRight) return document;
      update(user);
      // Only of news: whoever watches reads, and would be told of that again.
      if (isNews) watchers.changed([user]);
      return document;
    },
    isLaidDown: (user) => !due.isDue(user) && !wrong.has(user),
    pendingChanged: bring,
    async stop() {
      due.stop();
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

/** One that still cannot be mended stands for all of them. */
async function mend(wrong: ReadonlySet<string>, bring: (user: string) => void): Promise<void> {
  for (const user of wrong) {
    bring(user);
    if (wrong.has(user)) return;
  }
}
