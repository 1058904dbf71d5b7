// A region's content on the replica's own disk.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase, TransactionFlags } from 'lmdb';
import type { GenericContent, UserDocument } from '../domain/document.ts';
import { Failure } from '../domain/errors.ts';
import type { RegionStore } from '../domain/ports.ts';
import { lockDirectory } from './lmdb-directory-lock.ts';
import { createFlush } from './lmdb-flush.ts';
import { openGuardedTable } from './lmdb-guarded-table.ts';

/** Of the layout of tables and documents. Raise it when an older replica could not read them. */
const schemaNumber = 1;

const commitNowFlushLater: TransactionFlags =
  TransactionFlags.ABORTABLE | TransactionFlags.SYNCHRONOUS_COMMIT | TransactionFlags.NO_SYNC_FLUSH;

type Meta = { schema?: number; isComplete?: boolean };

/**
 * Opens the store in `directory`, which is created when it is not there, and holds it until closed.
 * Throws when another process holds it or when a newer release wrote it. Writes resolve once they
 * are on the disk and can be read a little earlier. `mapBytes` is the address space reserved at
 * first; the store grows beyond it in steps.
 */
export async function openLmdbRegionStore(options: {
  directory: string;
  mapBytes: number;
}): Promise<RegionStore> {
  const { directory, mapBytes } = options;
  mkdirSync(directory, { recursive: true });
  const lock = lockDirectory(directory);
  let root: RootDatabase | null = null;
  try {
    const path = join(directory, 'content.mdb');
    root = open({ path, noSubdir: true, mapSize: mapBytes, maxDbs: 8 });
    return openTables(root, { directory, release: lock.release });
  } catch (error) {
    await root?.close();
    lock.release();
    throw error;
  }
}

function openTables(
  root: RootDatabase,
  { directory, release }: { directory: string; release: () => void },
): RegionStore {
  const meta = root.openDB<Meta[keyof Meta], keyof Meta>({ name: 'meta', encoding: 'json' });
  checkSchema(Number(meta.get('schema') ?? schemaNumber), directory);
  meta.putSync('schema', schemaNumber);
  const documents = openGuardedTable<UserDocument>(root, 'documents', ({ user }) => user);
  const slots = openGuardedTable<GenericContent>(root, 'generic', ({ slot }) => slot);
  const flush = createFlush(root);
  // Every read of a document needs all of it, and there are only as many as there are slots.
  let generic: readonly GenericContent[] | null = null;

  async function write<Result>(change: () => Result): Promise<Result> {
    try {
      const result = root.transactionSync(change, commitNowFlushLater);
      await flush();
      return result;
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
      closed ??= root.close().then(release);
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
