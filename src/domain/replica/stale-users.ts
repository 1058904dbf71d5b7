// Positions that show generic content which has changed since: rewritten in the background.
//
// A change of generic content touches nearly every position. To take them all away would send every
// reader to the replica at once, so the old generic content is served a little longer, and the
// positions that were laid down last, the likeliest to be read, are rewritten first. Each has its
// turn, however quickly changes follow. What was taken away all the same, because it was withdrawn,
// is laid down again before the rest.
//
// Changes are counted, and each position knows at which count it was laid down: a change costs the
// same for one position and for a million of them.

import type { Observe } from '../observation.ts';
import type { Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import { createKnownPositions } from './known-positions.ts';
import type { Positions } from './positions.ts';

export type StaleUsers = {
  /** Rewrites from here on, until it is stopped. */
  start(): Running;
  /** The user's position shows generic content in these slots. */
  laidDown(user: string, filled: readonly string[]): void;
  /** A position that an earlier process laid down; what it shows is not known. */
  found(user: string, state: { isStale: boolean }): void;
  forget(user: string): void;
  /** The user's position was withdrawn. It is to come back. */
  tookAway(user: string): void;
  isStale(user: string): boolean;
  /** Slots in which the user's position shows generic content; `null` when that is not known. */
  shownBy(user: string): readonly string[] | null;
  /** Whose positions may show one of these slots, those laid down last at the end. */
  showing(slots: readonly string[]): string[];
  genericChanged(slots: readonly string[]): void;
};

/** What a position shows generic content in, and how many changes there had been by then. */
type Shown = { filled: readonly string[] | null; change: number };

const turnsPerS = 20;

/** Users looked at in a turn, most of whom need nothing: about a millisecond. */
const looksPerTurn = 10_000;

export function createStaleUsers(options: {
  bring: (user: string) => void;
  positions: Pick<Positions, 'has' | 'count'>;
  /** The user's position was dropped for lack of room, and is forgotten here. */
  onDropped: (user: string) => void;
  rewritesPerS: number;
  /** Each position had its turn since the last change. Called again soon unless it answers `true`. */
  onAllRewritten: () => Promise<boolean>;
  observe: Observe;
}): StaleUsers {
  const { bring, positions, onDropped, rewritesPerS, onAllRewritten, observe } = options;
  const shownByUser = createKnownPositions<Shown>(options);
  /** Few of them stand for very many users. */
  const interned = new Map<string, Shown>();
  const lastChangeOf = new Map<string, number>();
  const takenAway = new Set<string>();
  let change = 0;
  /** Whom this pass has still to look at, the last one first. */
  let left: string[] = [];
  /** How many changes there had been when this pass began, and when all were said to be rewritten. */
  let [changeOfPass, changeSaid] = [-1, -1];

  function isStale(user: string): boolean {
    const shown = shownByUser.get(user);
    if (shown === undefined) return false;
    if (shown.filled === null) return change > shown.change;
    return shown.filled.some((slot) => (lastChangeOf.get(slot) ?? 0) > shown.change);
  }

  function rewrite(user: string): void {
    if (takenAway.delete(user) || positions.has(user)) return void bring(user);
    shownByUser.delete(user);
    onDropped(user);
  }

  async function rewriteSome(): Promise<void> {
    let budget = Math.ceil(rewritesPerS / turnsPerS);
    for (const user of takenAway) {
      if (budget === 0) return;
      budget -= 1;
      rewrite(user);
    }
    for (let looks = 0; left.length > 0; looks += 1) {
      if (budget === 0 || looks === looksPerTurn) return;
      const user = left.pop() as string;
      if (!isStale(user)) continue;
      budget -= 1;
      rewrite(user);
    }
    // Not before the pass has ended: while changes follow quickly, those at its end had no turn.
    if (changeOfPass !== change) {
      left = Array.from(shownByUser.entries(), ([user]) => user);
      changeOfPass = change;
      return;
    }
    if (changeSaid === change) return;
    // What changes meanwhile is not in what is said.
    const said = change;
    if (await onAllRewritten()) changeSaid = said;
  }

  return {
    start: () => repeat('rewrite_positions', 1000 / turnsPerS, rewriteSome, observe),
    laidDown(user, filled) {
      const key = filled.join();
      const shown = interned.get(key) ?? { filled, change };
      interned.set(key, shown);
      shownByUser.set(user, shown);
      takenAway.delete(user);
    },
    found: (user, state) =>
      void shownByUser.set(user, { filled: null, change: state.isStale ? -1 : change }),
    forget(user) {
      shownByUser.delete(user);
      takenAway.delete(user);
    },
    tookAway: (user) => takenAway.add(user),
    isStale,
    shownBy: (user) => shownByUser.get(user)?.filled ?? null,
    showing(slots) {
      const users = [...shownByUser.entries()].filter(
        ([, { filled }]) => filled === null || slots.some((slot) => filled.includes(slot)),
      );
      return users.map(([user]) => user);
    },
    genericChanged(slots) {
      change += 1;
      for (const slot of slots) lastChangeOf.set(slot, change);
      interned.clear();
    },
  };
}
