// Finished bodies in memory: for tests, and for a replica that no Nginx stands in front of.

import type { Positions } from '../domain/replica/positions.ts';

/** What a reader would find: copies, as a file would be one. */
export type ReadablePositions = Positions & {
  read(user: string): Uint8Array | null;
  readGeneric(): { generic: Uint8Array; pending: Uint8Array } | null;
  /** How often the replica said that it lives. */
  beatCount(): number;
};

export function memoryPositions({ maxFiles }: { maxFiles: number }): ReadablePositions {
  /** The eldest first. */
  const bodies = new Map<string, Uint8Array>();
  let everyones: { generic: Uint8Array; pending: Uint8Array } | null = null;
  let beats = 0;
  return {
    write(user, body) {
      // Taken out first, because setting a known key would leave it at its old place.
      bodies.delete(user);
      bodies.set(user, new Uint8Array(body));
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
    writeGeneric({ generic, pending }) {
      everyones = { generic: new Uint8Array(generic), pending: new Uint8Array(pending) };
    },
    beat() {
      beats += 1;
    },
    read: (user) => bodies.get(user) ?? null,
    readGeneric: () => everyones,
    beatCount: () => beats,
  };
}
