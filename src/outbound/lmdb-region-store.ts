// A region's content on the replica's own disk.

import { hash } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { GenericContent, UserDocument } from '../domain/document.ts';
import { Failure } from '../domain/errors.ts';
import type { RegionStore } from '../domain/ports.ts';
import { createBootMark } from './lmdb-boot-mark.ts';
import { openDirtyMarks } from './lmdb-dirty-marks.ts';
import { createGroupCommit } from './lmdb-group-commit.ts';
import { openGuardedTable } from './lmdb-guarded-table.ts';

/** Of the layout of tables and documents. Raise it when an older replica could not read them. */
const schemaNumber = 3;

type GoneBelow = ReturnType<RegionStore['goneBelow']>;
type Meta = {
  schema?: number;
  isComplete?: boolean;
  /** SHA-256 of the key: where there is a page, that holds its shell and the fallbacks of all slots. */
  composedWith?: string;
  goneBelow?: GoneBelow;
};

/**
 * Opens the store in `directory`, which is created when it is not there and must be this process's
 * alone until the store is closed. Throws when a newer release wrote it. Writes resolve once no
 * death of this process can undo them; with no `bootId`, once they are on the disk. `mapBytes` is the
 * address space reserved at first; the store grows beyond it in steps.
 */
export async function openLmdbRegionStore(options: {
  directory: string;
  mapBytes: number;
  /**
   * Changes with each start of the machine's kernel. A store that was written under another one, and
   * not closed, is begun anew: a replica can ask for everything again.
   */
  bootId: string | null;
}): Promise<RegionStore> {
  const { directory, mapBytes, bootId } = options;
  mkdirSync(directory, { recursive: true });
  // Users' content is for nobody else on this machine.
  chmodSync(directory, 0o700);
  const path = join(directory, 'content.mdb');
  const mark = bootId === null ? null : createBootMark(directory, path, bootId);
  mark?.begin();
  const noSync = mark !== null;
  const root = open({ path, noSubdir: true, mapSize: mapBytes, maxDbs: 8, noSync });
  const close = async () => {
    await root.close();
    mark?.end();
  };
  try {
    return openTables(root, directory, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function openTables(
  root: RootDatabase,
  directory: string,
  close: () => Promise<void>,
): RegionStore {
  const { meta, documents, slots, marks } = tablesOf(root, directory);
  const commits = createGroupCommit(root);
  // Every read of a document needs all of it, and there are only as many as there are slots.
  let generic: readonly GenericContent[] | null = null;

  async function committed<Result>(commit: Promise<Result>): Promise<Result> {
    try {
      return await commit;
    } catch (error) {
      throw notWritten(directory, error);
    }
  }
  const write = <Result>(change: () => Result) => committed(commits.write(change));

  function putDocument(document: UserDocument): boolean {
    const isNewer = documents.put(document);
    if (isNewer) marks.set(document.user, document.version);
    return isNewer;
  }

  let closed: Promise<void> | undefined;
  return {
    async put(items) {
      if (items.length === 0) return [];
      return write(() => changed(items, putDocument, ({ user }) => user));
    },
    async putGeneric(items) {
      if (items.length === 0) return [];
      return write(() => {
        generic = null;
        return changed(items, slots.put, ({ slot }) => slot);
      });
    },
    get: documents.get,
    generic() {
      generic ??= slots.all();
      return generic;
    },
    *heads() {
      for (const { key, ...head } of documents.heads()) yield { user: key, ...head };
    },
    dirty: marks.users,
    async clearDirty(positioned) {
      if (positioned.length === 0) return;
      const clear = () => {
        for (const { user, version } of positioned) marks.clear(user, version);
      };
      await committed(commits.writeLater(clear));
    },
    // What an older release kept is the key itself and no digest: all is composed once more.
    isComposedWith: (key) => meta.get('composedWith') === hash('sha256', key),
    async setComposedWith(key) {
      await write(() =>
        key === null
          ? meta.removeSync('composedWith')
          : meta.putSync('composedWith', hash('sha256', key)),
      );
    },
    goneBelow: () => (meta.get('goneBelow') as GoneBelow | undefined) ?? {},
    setGoneBelow: (goneBelow) => write(() => meta.putSync('goneBelow', goneBelow)),
    isComplete: () => meta.get('isComplete') === true,
    setComplete: (isComplete) => write(() => meta.putSync('isComplete', isComplete)),
    close() {
      commits.commitNow();
      closed ??= close();
      return closed;
    },
  };
}

/** Opens the tables, and empties those of an older release: a snapshot fills them again. */
function tablesOf(root: RootDatabase, directory: string) {
  const meta = root.openDB<Meta[keyof Meta], keyof Meta>({ name: 'meta', encoding: 'json' });
  const found = Number(meta.get('schema') ?? 0);
  checkSchema(found, directory);
  const documents = openGuardedTable<UserDocument>(root, 'documents', {
    keyOf: ({ user }) => user,
    expiriesMsOf: ({ slots }) => slots.flatMap(({ expiresAtMs }) => expiresAtMs ?? []),
  });
  const slots = openGuardedTable<GenericContent>(root, 'generic', {
    keyOf: ({ slot }) => slot,
    expiriesMsOf: ({ expiresAtMs }) => (expiresAtMs === null ? [] : [expiresAtMs]),
  });
  const marks = openDirtyMarks(root);
  if (found < schemaNumber) {
    // In this order: one that was killed half-way is incomplete, and is emptied again.
    meta.clearSync();
    for (const table of [documents, slots]) table.clear();
    marks.clearAll();
    meta.putSync('schema', schemaNumber);
  }
  return { meta, documents, slots, marks };
}

function changed<Item>(
  items: readonly Item[],
  put: (item: Item) => boolean,
  nameOf: (item: Item) => string,
): string[] {
  return [...new Set(items.filter(put).map(nameOf))];
}

function notWritten(directory: string, cause: unknown): Failure {
  return new Failure('unavailable', `${directory} cannot be written.`, { cause });
}

function checkSchema(found: number, directory: string): void {
  if (found <= schemaNumber) return;
  throw new Error(
    `${directory} was written by a newer release (schema ${found}, this one knows ${schemaNumber}). ` +
      'Run that release, or start with an empty directory.',
  );
}
