// One user's position: laid down from what the store holds now, or taken away.

import type { UserDocument } from '../document.ts';
import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Clock, RegionStore } from '../ports.ts';
import type { DocumentComposer } from './compose-document.ts';
import type { ExpiryTimes } from './expiry-times.ts';
import { createLastingFailure } from './lasting-failure.ts';
import type { Positions } from './positions.ts';
import type { StaleUsers } from './stale-users.ts';

export type LayDown = {
  /**
   * Looks, composes and writes in one turn, so that nothing older can come later. Answers whether
   * the position is right: as the store has it, or not there. Never throws.
   */
  update(user: string): boolean;
  /** Throws `unavailable` when the position cannot be taken away. */
  hide(user: string): void;
};

export function createLayDown(parts: {
  store: RegionStore;
  positions: Positions;
  compose: DocumentComposer;
  isPending: (user: string, slot: string) => boolean;
  expiries: ExpiryTimes;
  stale: Pick<StaleUsers, 'laidDown' | 'forget'>;
  observe: Observe;
  nowMs: Clock;
}): LayDown {
  const { store, positions, compose, isPending, expiries, stale, observe, nowMs } = parts;

  function hide(user: string): void {
    positions.remove(user);
    expiries.delete(user);
    stale.forget(user);
  }

  const failure = createLastingFailure('lay_down', observe);

  function layDown(document: UserDocument): void {
    const { user } = document;
    const isMinePending = (slot: string) => isPending(user, slot);
    const composed = compose.document({
      ...{ user, document, generic: store.generic(), nowMs: nowMs() },
      isPending: isMinePending,
    });
    // What says pending is about to change, and must not outlive that as a file.
    if (composed.filled.some(isMinePending)) {
      hide(user);
      return;
    }
    const page = compose.page === null ? undefined : Buffer.from(compose.page(composed.shown));
    positions.write(user, Buffer.from(composed.json), page);
    expiries.set(user, composed.shownUntilMs);
    stale.laidDown(user, composed.filled);
  }

  /** Without a file the replica is asked: slower, and right. An old file is wrong. */
  function isGone(user: string): boolean {
    if (positions.has(user)) return false;
    expiries.delete(user);
    stale.forget(user);
    return true;
  }

  function clear({ user, version }: UserDocument): void {
    // A mark that stays is repaired when this replica starts again.
    store.clearDirty([{ user, version }]).catch((error: unknown) => {
      observe({ kind: 'task_failed', task: 'clear_dirty', error: describeError(error) });
    });
  }

  return {
    hide,
    update(user) {
      const document = store.get(user);
      try {
        if (document === null) hide(user);
        else layDown(document);
        failure.succeeded();
      } catch (error) {
        failure.failed(error);
        if (!isGone(user)) return false;
      }
      if (document !== null) clear(document);
      return true;
    },
  };
}
