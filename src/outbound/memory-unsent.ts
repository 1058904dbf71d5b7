// Users and generic slots whose newest content was not confirmed yet, in memory.

import type { Clock, ContentStore } from '../domain/ports.ts';

type Place = { user: string | null; slot: string | null };

export function memoryUnsent(
  nowMs: Clock,
): Pick<ContentStore, 'noteUnsent' | 'claimUnsent' | 'clearUnsent'> {
  const unsent = new Map<string, { place: Place; dueAtMs: number; claim: string }>();
  let claims = 0;
  return {
    async noteUnsent({ users, slots }) {
      const places: Place[] = [
        ...users.map((user) => ({ user, slot: null })),
        ...slots.map((slot) => ({ user: null, slot })),
      ];
      for (const place of places) {
        unsent.set(JSON.stringify(place), { place, dueAtMs: nowMs(), claim: '' });
      }
    },

    async claimUnsent({ max, leaseMs }) {
      claims += 1;
      const claim = String(claims);
      const due = [...unsent.values()].filter((noted) => noted.dueAtMs <= nowMs()).slice(0, max);
      for (const noted of due) Object.assign(noted, { dueAtMs: nowMs() + leaseMs, claim });
      return {
        claim,
        users: due.map(({ place }) => place.user).filter((user) => user !== null),
        slots: due.map(({ place }) => place.slot).filter((slot) => slot !== null),
      };
    },

    async clearUnsent(claim) {
      for (const [key, noted] of unsent) if (noted.claim === claim) unsent.delete(key);
    },
  };
}
