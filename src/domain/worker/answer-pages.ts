// Pages of a snapshot for a replica that lacks documents.

import type { Observe } from '../observation.ts';
import type { ContentStore, FanOut, PageRequest } from '../ports.ts';

/** Generic content comes with the first page, so that unknown users see it as early as possible. */
export function createAnswerPages(deps: {
  store: ContentStore;
  fanOut: FanOut;
  observe: Observe;
  maxPageBytes: number;
}): (request: PageRequest) => Promise<void> {
  return async ({ instance, snapshotId, after }) => {
    const generic = after === null ? await deps.store.readGeneric() : [];
    const { documents, next } = await deps.store.readPage(after, deps.maxPageBytes);
    await deps.fanOut.sendPage(instance, { snapshotId, documents, generic, next });
    deps.observe({ kind: 'page_answered', instance, documents: documents.length });
  };
}
