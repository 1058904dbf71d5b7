// Generic content that may not be served any longer: the positions that show it are taken away.
//
// To rewrite them all takes minutes, to take them away seconds. Reads fall to the replica until they
// are laid down again in the background.
//
// What has to go is in the store since the new content is: a slot says below which version it is
// withdrawn. Only that all of it is gone is noted, at the end. So a replica that is killed in between
// begins anew when it starts, before it answers.

import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Clock, RegionStore, Running } from '../ports.ts';
import { repeat } from '../repeat.ts';
import { lackingSlots } from './compose-document.ts';
import type { Positions } from './positions.ts';
import type { StaleUsers } from './stale-users.ts';
import { takeInTurns } from './take-in-turns.ts';

export type WithdrawnPositions = {
  /**
   * Generic content of these slots has changed: positions that show it are stale from now on, and
   * those that show what is withdrawn are taken away, the first of them at once. Resolves once each
   * had its turn; what could not be taken away is told, and tried again. Never rejects.
   */
  genericChanged(slots: readonly string[]): Promise<void>;
  /** Tries again, now and then, until it is stopped. */
  start(): Running;
};

export type WithdrawParts = {
  store: Pick<RegionStore, 'get' | 'generic' | 'goneBelow' | 'setGoneBelow'>;
  positions: Pick<Positions, 'has'>;
  stale: Pick<StaleUsers, 'genericChanged' | 'showing' | 'shownBy' | 'tookAway'>;
  /** Whether the user's position was last laid down before the newest change. */
  isOutdated: (user: string) => boolean;
  /** Takes the user's position away; throws when it cannot. */
  hide: (user: string) => void;
  observe: Observe;
  nowMs: Clock;
};

const tryAgainEveryMs = 1_000;

export function createWithdrawnPositions(parts: WithdrawParts): WithdrawnPositions {
  const { store, stale, observe, nowMs } = parts;
  /** By slot, the version below which nothing is shown any more, once nobody is left. */
  const goneBelow = new Map(Object.entries(store.goneBelow()));
  const left: string[] = [];
  /** What the positions of those that are left may show. */
  const slots = new Set<string>();
  let isNoted = true;
  let taking: Promise<void> | null = null;

  /** Returns the slots that are withdrawn since it was last called. */
  function findWithdrawn(): string[] {
    // An older release stored generic content without the number; the comparison is false then.
    const found = store
      .generic()
      .filter(({ slot, withdrawnBelow }) => withdrawnBelow > (goneBelow.get(slot) ?? 0));
    for (const { slot, withdrawnBelow } of found) goneBelow.set(slot, withdrawnBelow);
    return found.map(({ slot }) => slot);
  }

  /** Rejects when somebody could not be taken away, or that all are gone could not be noted. */
  async function takeAll(): Promise<void> {
    const begunAtMs = nowMs();
    let users = 0;
    const take = (user: string) => {
      if (takeOne(parts, user, slots)) users += 1;
    };
    while (left.length > 0) await takeInTurns(left, take);
    if (slots.size > 0) {
      const told = { slots: [...slots].join(' '), users, tookMs: nowMs() - begunAtMs };
      observe({ kind: 'generic_withdrawn', ...told });
      slots.clear();
    }
    // As it is in this turn, with nobody left: what is found later is not gone.
    await store.setGoneBelow(Object.fromEntries(goneBelow));
  }

  async function takeUntilNoted(): Promise<void> {
    while (!isNoted) {
      isNoted = true;
      try {
        await takeAll();
      } catch (error) {
        isNoted = false;
        observe({ kind: 'task_failed', task: 'withdraw', error: describeError(error) });
        return;
      }
    }
  }

  async function genericChanged(changed: readonly string[]): Promise<void> {
    const withdrawn = findWithdrawn();
    const all = [...new Set([...changed, ...withdrawn])];
    if (all.length > 0) stale.genericChanged(all);
    if (withdrawn.length > 0) {
      isNoted = false;
      for (const slot of withdrawn) slots.add(slot);
      for (const user of stale.showing(withdrawn)) left.push(user);
    }
    taking ??= takeUntilNoted().finally(() => {
      taking = null;
    });
    await taking;
  }

  return {
    genericChanged,
    start() {
      const trying = repeat('withdraw', tryAgainEveryMs, () => genericChanged([]), observe);
      return {
        async stop() {
          await trying.stop();
          await taking;
        },
      };
    },
  };
}

/** Answers whether there was a position to take. */
function takeOne(
  { positions, stale, isOutdated, hide, ...parts }: WithdrawParts,
  user: string,
  slots: ReadonlySet<string>,
): boolean {
  // It was laid down with the new content meanwhile, or hidden.
  if (!isOutdated(user)) return false;
  if (stale.shownBy(user) === null && !lacksOneOf(slots, user, parts)) return false;
  const wasThere = positions.has(user);
  hide(user);
  // One that was dropped before, for lack of room, does not come back.
  if (wasThere) stale.tookAway(user);
  return wasThere;
}

/** What a position shows that an earlier process laid down follows from the stored document. */
function lacksOneOf(
  slots: ReadonlySet<string>,
  user: string,
  { store, nowMs }: Pick<WithdrawParts, 'store' | 'nowMs'>,
): boolean {
  return lackingSlots([...slots], store.get(user), nowMs()).length > 0;
}
