// Content that no broker confirmed in time is sent once the broker is back.

import type { Observe } from '../observation.ts';
import type { ContentStore, FanOut } from '../ports.ts';

/**
 * A turn that takes longer is done by another worker as well, which is harmless; one that ended with
 * its worker or without Postgres holds nobody's content back for longer.
 */
const leaseMs = 10_000;

/** One turn; answers whether there may be more. The newest documents are sent, not the noted ones. */
export function createResendUnsent(deps: {
  store: ContentStore;
  fanOut: FanOut;
  observe: Observe;
  max: number;
}): () => Promise<boolean> {
  return async () => {
    const { claim, users, slots } = await deps.store.claimUnsent({ max: deps.max, leaseMs });
    if (users.length + slots.length === 0) return false;
    const documents = await deps.store.readDocuments(users);
    const generic = slots.length === 0 ? [] : await deps.store.readGeneric();
    // Bulk: it is late anyway, and must not delay what is asked for now.
    const bundle = { lane: 'bulk', documents, generic, resolved: [] } as const;
    await deps.fanOut.send(bundle).catch(async (error) => {
      // Noted anew it is due at once, and not only when the claim ends.
      await deps.store.noteUnsent({ users, slots });
      throw error;
    });
    await deps.store.clearUnsent(claim);
    deps.observe({ kind: 'fan_out_resumed', users: users.length, slots: slots.length });
    return users.length + slots.length === deps.max;
  };
}
