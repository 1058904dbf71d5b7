// Files outlive the process that wrote them: at the start only the store tells what they should be.

import type { Clock, RegionStore } from '../ports.ts';
import type { DueUsers } from './due-users.ts';
import type { ExpiryTimes } from './expiry-times.ts';
import type { GenericBodies } from './lay-down-generic.ts';
import type { Positions } from './positions.ts';
import type { StaleUsers } from './stale-users.ts';
import type { WithdrawnPositions } from './withdraw-positions.ts';

/** Resolves when no position is older than the store, expired, withdrawn, or of somebody unknown. */
export async function repairPositions(parts: {
  store: RegionStore;
  positions: Positions;
  expiries: ExpiryTimes;
  stale: Pick<StaleUsers, 'found'>;
  due: DueUsers;
  generic: GenericBodies;
  withdrawn: Pick<WithdrawnPositions, 'genericChanged'>;
  /** Generic content or the configuration is not what all positions were composed with. */
  isStale: boolean;
  onFound: (user: string, version: number) => void;
  nowMs: Clock;
}): Promise<void> {
  const { store, positions, expiries, stale, due, generic, withdrawn, isStale, nowMs } = parts;
  // Generic content that was shown, perhaps, and has expired while nobody hid it.
  const mayShowExpired =
    isStale &&
    store.generic().some(({ expiresAtMs }) => expiresAtMs !== null && expiresAtMs <= nowMs());
  const kept: string[] = [];
  const expired: string[] = [];
  for (const { user, version, expiriesMs } of store.heads()) {
    parts.onFound(user, version);
    if (!positions.has(user)) continue;
    const shownUntilMs = Math.min(generic.shownUntilMs(), ...expiriesMs);
    if (mayShowExpired || shownUntilMs <= nowMs()) {
      expired.push(user);
      continue;
    }
    kept.push(user);
    expiries.set(user, Number.isFinite(shownUntilMs) ? shownUntilMs : null);
    stale.found(user, { isStale });
  }
  positions.keepOnly(kept);
  await withdrawn.genericChanged([]);
  await due.add(store.dirty(), 'bulk');
  // Whether these show what has expired is not known. They are gone, and come back in the background.
  void due.add(expired, 'bulk');
}
