// What was asked for lately, in memory, with node-cache.

import NodeCache from 'node-cache';
import type { RecentlyAsked } from '../domain/replica/recently-asked.ts';

/** How often what is over is taken out, so that its places are free again. */
const cleanEveryS = 30;

/** `close` ends its timer, which keeps no process alive. About 300 bytes are used for each key. */
export function nodeCacheRecentlyAsked(options: {
  maxKeys: number;
}): RecentlyAsked & { close(): void } {
  // Clones cost fifty times what the rest of it does, and there is nothing here to clone.
  const cache = new NodeCache({
    useClones: false,
    checkperiod: cleanEveryS,
    maxKeys: options.maxKeys,
  });
  // It keeps a plain object, which has a "__proto__" from the beginning.
  const place = (key: string) => `:${key}`;
  return {
    has: (key) => cache.has(place(key)),
    add(key, ttlMs) {
      // At maxKeys `set` throws, even for a key that is there; changing its time does not.
      if (cache.ttl(place(key), ttlMs / 1000)) return;
      if (cache.getStats().keys < options.maxKeys) cache.set(place(key), true, ttlMs / 1000);
    },
    close: () => cache.close(),
  };
}
