// The content store on Postgres.

import { bytesOf } from '../domain/document.ts';
import type { ContentStore } from '../domain/ports.ts';
import type { FollowUpStore } from '../domain/worker/follow-up-store.ts';
import { commitUnits } from './postgres-commit.ts';
import { readDocuments, readDocumentsAfter } from './postgres-content.ts';
import { eraseUser } from './postgres-erasure.ts';
import { postgresFollowUps } from './postgres-follow-ups.ts';
import { readGeneric } from './postgres-generic.ts';
import { postgresLoad } from './postgres-load.ts';
import { postgresParking } from './postgres-parked.ts';
import type { Postgres } from './postgres-pool.ts';
import { postgresUnsent } from './postgres-unsent.ts';

/** 200: at the typical 5 KB a document, a page of 1 MiB. */
const maxPageDocuments = 200;

export type PostgresContentStore = ContentStore &
  FollowUpStore & {
    /** Nobody asks for one yet. */
    erase(user: string, stamp: number): Promise<void>;
  };

export function postgresContentStore(postgres: Postgres): PostgresContentStore {
  return {
    erase: (user, stamp) => postgres.transaction((sql) => eraseUser(sql, user, stamp)),
    load: postgresLoad(postgres),
    commit: (units, leaseMs = 0) => postgres.transaction((sql) => commitUnits(sql, units, leaseMs)),
    ...postgresFollowUps(postgres),
    ...postgresParking(postgres),
    ...postgresUnsent(postgres),
    readDocuments: (users) => readDocuments(postgres, users),
    readGeneric: () => readGeneric(postgres),

    async readPage(after, maxBytes) {
      const documents = await readDocumentsAfter(postgres, after ?? '', maxPageDocuments);
      let bytes = 0;
      let count = 0;
      for (const document of documents) {
        bytes += bytesOf(document);
        if (count > 0 && bytes > maxBytes) break;
        count += 1;
      }
      const page = documents.slice(0, count);
      const isLast = count === documents.length && documents.length < maxPageDocuments;
      return { documents: page, next: isLast ? null : (page.at(-1)?.user ?? null) };
    },
  };
}
