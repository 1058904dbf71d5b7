// A region's content in memory: gone with the process, for tests and for trying things out.

import type { GenericContent, UserDocument } from '../domain/document.ts';
import type { RegionStore } from '../domain/ports.ts';

export function memoryRegionStore(): RegionStore {
  const documents = new Map<string, UserDocument>();
  const slots = new Map<string, GenericContent>();
  let generic: readonly GenericContent[] = [];
  let isComplete = false;
  return {
    async put(items) {
      return keepNewer(documents, items, ({ user }) => user);
    },
    async putGeneric(items) {
      const changed = keepNewer(slots, items, ({ slot }) => slot);
      generic = [...slots.values()];
      return changed;
    },
    get: (user) => documents.get(user) ?? null,
    generic: () => generic,
    isComplete: () => isComplete,
    async setComplete(value) {
      isComplete = value;
    },
    async close() {},
  };
}

function keepNewer<Item extends { readonly version: number }>(
  kept: Map<string, Item>,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): string[] {
  const changed = new Set<string>();
  for (const item of items) {
    const key = keyOf(item);
    if (item.version <= (kept.get(key)?.version ?? -1)) continue;
    kept.set(key, item);
    changed.add(key);
  }
  return [...changed];
}
