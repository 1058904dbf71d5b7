// Finished bodies in memory: for tests, and for a replica that no Nginx stands in front of.

import type { GenericPair, Positions } from '../domain/replica/positions.ts';

/** What a reader would find: copies, as a file would be one. */
export type ReadablePositions = Positions & {
  read(user: string): Uint8Array | null;
  readPage(user: string): Uint8Array | null;
  readGeneric(): GenericPair | null;
  readGenericPages(): GenericPair | null;
  /** How often the replica said that it lives. */
  beatCount(): number;
};

export function memoryPositions({ maxFiles }: { maxFiles: number }): ReadablePositions {
  /** The eldest first. */
  const bodies = new Map<string, { body: Uint8Array; page: Uint8Array | null }>();
  let everyones: GenericPair | null = null;
  let everyonesPages: GenericPair | null = null;
  let beats = 0;
  return {
    write(user, body, page) {
      // Taken out first, because setting a known key would leave it at its old place.
      bodies.delete(user);
      const copied = page === undefined ? null : new Uint8Array(page);
      bodies.set(user, { body: new Uint8Array(body), page: copied });
      for (const eldest of bodies.keys()) {
        if (bodies.size <= maxFiles) return;
        bodies.delete(eldest);
      }
    },
    keepOnly(users) {
      const kept = new Set(users);
      for (const user of bodies.keys()) if (!kept.has(user)) bodies.delete(user);
    },
    remove(user) {
      bodies.delete(user);
    },
    has: (user) => bodies.has(user),
    count: () => bodies.size,
    writeGeneric(pair, pages) {
      everyones = copyOf(pair);
      everyonesPages = pages === undefined ? null : copyOf(pages);
    },
    beat() {
      beats += 1;
    },
    read: (user) => bodies.get(user)?.body ?? null,
    readPage: (user) => bodies.get(user)?.page ?? null,
    readGeneric: () => everyones,
    readGenericPages: () => everyonesPages,
    beatCount: () => beats,
  };
}

function copyOf({ generic, pending }: GenericPair): GenericPair {
  return { generic: new Uint8Array(generic), pending: new Uint8Array(pending) };
}
