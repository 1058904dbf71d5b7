// One user's position: laid down from what the store holds now, or taken away.

import type { UserDocument } from '../document.ts';
import { describeError } from '../errors.ts';
import type { Observe } from '../observation.ts';
import type { Clock, RegionStore } from '../ports.ts';
import type { ComposedDocument, DocumentComposer } from './compose-document.ts';
import type { ExpiryTimes } from './expiry-times.ts';
import type { Positions } from './positions.ts';
import type { StaleUsers } from './stale-users.ts';

export type LayDown = {
  /** Looks, composes and writes in one turn, so that nothing older can come later. Never throws. */
  bring(user: string): void;
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

  function layDown(document: UserDocument): void {
    const { user } = document;
    const isMinePending = (slot: string) => isPending(user, slot);
    const composed = compose.document({
      ...{ user, document, generic: store.generic(), nowMs: nowMs() },
      isPending: isMinePending,
    });
    // What says pending is about to change, and must not outlive that as a file.
    if (composed.filled.some(isMinePending)) hide(user);
    else write(user, composed);
  }

  function write(user: string, composed: ComposedDocument): void {
    try {
      positions.write(user, Buffer.from(composed.json));
      expiries.set(user, composed.shownUntilMs);
      stale.laidDown(user, composed.filled);
    } catch (error) {
      // Without a file the replica is asked: slower, and right.
      observe({ kind: 'task_failed', task: 'lay_down', error: describeError(error) });
      hide(user);
    }
  }

  function clear({ user, version }: UserDocument): void {
    // A mark that stays is repaired when this replica starts again.
    store.clearDirty([{ user, version }]).catch((error: unknown) => {
      observe({ kind: 'task_failed', task: 'clear_dirty', error: describeError(error) });
    });
  }

  return {
    hide,
    bring(user) {
      const document = store.get(user);
      if (document === null) {
        hide(user);
        return;
      }
      layDown(document);
      clear(document);
    },
  };
}
