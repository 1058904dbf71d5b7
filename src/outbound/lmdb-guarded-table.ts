// A table of an LMDB store in which a higher version replaces a lower one, and never the reverse.

import type { RootDatabase } from 'lmdb';

export type GuardedTable<Item> = {
  /**
   * Returns whether the item was newer than what was there. Must be called inside a write
   * transaction: what is read outside of one may be a version behind what is about to be written.
   */
  put(item: Item): boolean;
  get(key: string): Item | null;
  all(): Item[];
};

/** Versions are kept beside the items, so that to refuse an old item reads no document. */
export function openGuardedTable<Item extends { readonly version: number }>(
  root: RootDatabase,
  name: string,
  keyOf: (item: Item) => string,
): GuardedTable<Item> {
  const items = root.openDB<Item, string>({ name, encoding: 'json' });
  const versions = root.openDB<number, string>({ name: `${name}-versions`, encoding: 'json' });
  return {
    put(item) {
      const key = keyOf(item);
      if (item.version <= (versions.get(key) ?? -1)) return false;
      versions.putSync(key, item.version);
      items.putSync(key, item);
      return true;
    },
    get: (key) => items.get(key) ?? null,
    all: () => [...items.getRange().map(({ value }) => value)],
  };
}
