// Which users' positions may differ from what an LMDB store holds of them.
//
// A table of its own and not a field of each head: marks come and go with every document, and few
// are there at a time, so that all of them share a page or two of each commit.

import type { RootDatabase } from 'lmdb';

/** `set` and `clear` must be called inside a write transaction. */
export type DirtyMarks = {
  set(user: string, version: number): void;
  /** Leaves a mark that a higher version has set since. */
  clear(user: string, version: number): void;
  users(): string[];
  clearAll(): void;
};

export function openDirtyMarks(root: RootDatabase): DirtyMarks {
  const versions = root.openDB<number, string>({ name: 'dirty', encoding: 'json' });
  return {
    set: (user, version) => versions.putSync(user, version),
    clear(user, version) {
      const marked = versions.get(user);
      if (marked !== undefined && marked <= version) versions.removeSync(user);
    },
    users: () => [...versions.getKeys()],
    clearAll: () => versions.clearSync(),
  };
}
