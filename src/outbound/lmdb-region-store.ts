// A region's content on the replica's own disk.

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import type { GenericContent, UserDocument } from '../domain/document.ts';
import { Failure } from '../domain/errors.ts';
import type { RegionStore } from '../domain/ports.ts';
import { createGroupCommit } from './lmdb-group-commit.ts';
import { openGuardedTable } from './lmdb-guarded-table.ts';

/** Of the layout of tables and documents. Raise it when an older replica could not read them. */
const schemaNumber = 1;

type Meta = { schema?: number; isComplete?: boolean };

/**
 * Opens the store in `directory`, which is created when it is not there and must be this process's
 * alone until the store is closed. Throws when a newer release wrote it. Writes resolve once they
 * are on the disk. `mapBytes` is the address space reserved at first; the store grows beyond it in
 * steps.
 */
export async function openLmdbRegionStore(options: {
  directory: string;
  mapBytes: number;
}): Promise<RegionStore> {
  const { directory, mapBytes } = options;
  mkdirSync(directory, { recursive: true });
  // Users' content is for nobody else on this machine.
  chmodSync(directory, 0o700);
  const path = join(directory, 'content.mdb');
  const root = open({ path, noSubdir: true, mapSize: mapBytes, maxDbs: 8 });
  try {
    return openTables(root, directory);
  } catch (error) {
    await root.close();
    throw error;
  }
}

function openTables(root: RootDatabase, directory: string): RegionStore {
  const meta = root.openDB<Meta[keyof Meta], keyof Meta>({ name: 'meta', encoding: 'json' });
  checkSchema(Number(meta.get('schema') ?? schemaNumber), directory);
  meta.putSync('schema', schemaNumber);
  const documents = openGuardedTable<UserDocument>(root, 'documents', ({ user }) => user);
  const slots = openGuardedTable<GenericContent>(root, 'generic', ({ slot }) => slot);
  const commits = createGroupCommit(root);
  // Every read of a document needs all of it, and there are only as many as there are slots.
  let generic: readonly GenericContent[] | null = null;

  async function write<Result>(change: () => Result): Promise<Result> {
    try {
      return await commits.write(change);
    } catch (error) {
      throw notWritten(directory, error);
    }
  }

  let closed: Promise<void> | undefined;
  return {
    async put(items) {
      if (items.length === 0) return [];
      return write(() => changed(items, documents.put, ({ user }) => user));
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
    isComplete: () => meta.get('isComplete') === true,
    setComplete: (isComplete) => write(() => meta.putSync('isComplete', isComplete)),
    close() {
      commits.commitNow();
      closed ??= root.close();
      return closed;
    },
  };
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
