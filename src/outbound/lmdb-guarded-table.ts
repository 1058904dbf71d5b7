// A table of an LMDB store in which a higher version replaces a lower one, and never the reverse.

import type { RootDatabase } from 'lmdb';

/** What can be known of an item without reading it. */
export type Head = { key: string; version: number; expiriesMs: readonly number[] };

export type GuardedTable<Item> = {
  /**
   * Returns whether the item was newer than what was there. Must be called inside a write
   * transaction: what is read outside of one may be a version behind what is about to be written.
   */
  put(item: Item): boolean;
  get(key: string): Item | null;
  all(): Item[];
  heads(): Iterable<Head>;
  clear(): void;
};

/**
 * Versions are kept beside the items, so that to refuse an old item reads no document, and with
 * them when its parts expire, so that a start reads none either.
 */
export function openGuardedTable<Item extends { readonly version: number }>(
  root: RootDatabase,
  name: string,
  about: { keyOf: (item: Item) => string; expiriesMsOf: (item: Item) => readonly number[] },
): GuardedTable<Item> {
  // Content is JSON text: written as JSON once more, each of its quotes would be escaped and read back.
  const items = root.openDB<Item, string>({ name, encoding: 'msgpack' });
  // The version first; the expiries after it.
  const heads = root.openDB<readonly [number, ...number[]], string>({
    name: `${name}-versions`,
    encoding: 'json',
  });
  return {
    put(item) {
      const key = about.keyOf(item);
      if (item.version <= (heads.get(key)?.[0] ?? -1)) return false;
      heads.putSync(key, [item.version, ...about.expiriesMsOf(item)]);
      items.putSync(key, item);
      return true;
    },
    get: (key) => items.get(key) ?? null,
    all: () => [...items.getRange().map(({ value }) => value)],
    heads: () =>
      heads.getRange().map(({ key, value: [version, ...expiriesMs] }) => {
        return { key, version, expiriesMs };
      }),
    clear() {
      heads.clearSync();
      items.clearSync();
    },
  };
}
