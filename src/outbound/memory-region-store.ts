// A region's content in memory: gone with the process, for tests and for trying things out.

import type { DocumentHead, GenericContent, UserDocument } from '../domain/document.ts';
import type { RegionStore } from '../domain/ports.ts';

export function memoryRegionStore(): RegionStore {
  const documents = new Map<string, UserDocument>();
  const slots = new Map<string, GenericContent>();
  const dirty = new Map<string, number>();
  let generic: readonly GenericContent[] = [];
  let composedWith: string | null = null;
  let goneBelow: { readonly [slot: string]: number } = {};
  let isComplete = false;
  return {
    async put(items) {
      const changed = keepNewer(documents, items, ({ user }) => user);
      for (const user of changed) dirty.set(user, documents.get(user)?.version ?? 0);
      return changed;
    },
    async putGeneric(items) {
      const changed = keepNewer(slots, items, ({ slot }) => slot);
      generic = [...slots.values()];
      return changed;
    },
    get: (user) => documents.get(user) ?? null,
    generic: () => generic,
    *heads() {
      for (const document of documents.values()) yield headOf(document);
    },
    dirty: () => [...dirty.keys()],
    async clearDirty(positioned) {
      for (const { user, version } of positioned) {
        if ((dirty.get(user) ?? Infinity) <= version) dirty.delete(user);
      }
    },
    isComposedWith: (key) => key === composedWith,
    async setComposedWith(key) {
      composedWith = key;
    },
    goneBelow: () => goneBelow,
    async setGoneBelow(bySlot) {
      goneBelow = { ...bySlot };
    },
    isComplete: () => isComplete,
    async setComplete(value) {
      isComplete = value;
    },
    async close() {},
  };
}

function headOf({ user, version, slots }: UserDocument): DocumentHead {
  return { user, version, expiriesMs: slots.flatMap(({ expiresAtMs }) => expiresAtMs ?? []) };
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
