// The bodies that need no user: what everyone sees, and the same for whom no replica can be asked.

import type { Observe } from '../observation.ts';
import type { Clock, RegionStore } from '../ports.ts';
import type { DocumentComposer } from './compose-document.ts';
import { createLastingFailure } from './lasting-failure.ts';
import type { Positions } from './positions.ts';

export type GenericBodies = {
  /** Answers whether they are laid down; what could not be is due at once. */
  layDown(): boolean;
  /** When the first of what is shown expires, Unix milliseconds; infinity: never. */
  shownUntilMs(): number;
};

export function createGenericBodies(parts: {
  store: Pick<RegionStore, 'generic'>;
  positions: Pick<Positions, 'writeGeneric'>;
  compose: DocumentComposer;
  observe: Observe;
  nowMs: Clock;
}): GenericBodies {
  const { store, positions, compose, observe, nowMs } = parts;
  const failure = createLastingFailure('lay_down_generic', observe);
  let shownUntilMs = Number.POSITIVE_INFINITY;
  return {
    shownUntilMs: () => shownUntilMs,
    layDown() {
      const now = { generic: store.generic(), nowMs: nowMs() };
      const expiriesMs = now.generic.flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
      try {
        const [generic, pending] = [
          compose.genericDocument(now, 'generic'),
          compose.genericDocument(now, 'pending'),
        ];
        positions.writeGeneric(
          { generic: Buffer.from(generic.json), pending: Buffer.from(pending.json) },
          compose.page === null
            ? undefined
            : {
                generic: Buffer.from(compose.page(generic.shown)),
                pending: Buffer.from(compose.page(pending.shown)),
              },
        );
        shownUntilMs = Math.min(...expiriesMs.filter((atMs) => atMs > now.nowMs));
        failure.succeeded();
        return true;
      } catch (error) {
        failure.failed(error);
        shownUntilMs = now.nowMs;
        return false;
      }
    },
  };
}
