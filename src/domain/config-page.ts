// The page that a configuration may have: its slots as HTML, positioned beside the documents.

import { fragmentProblem } from './page-fragment.ts';

export type PageDefinition = {
  /** Folder with shell.html and the files that it refers to: `new URL('./web/home/', import.meta.url)`. */
  readonly folder: URL;
  /**
   * Slot whose content is `{ slots: [names] }`: the order in which its user sees the slots. Slots
   * that it does not name follow in the order of the configuration.
   */
  readonly order?: string;
};

export function* pageProblems(config: {
  readonly slots: object;
  readonly page?: PageDefinition;
}): Iterable<string> {
  if (config.page === undefined) return;
  const { folder, order } = config.page;
  if (!(folder instanceof URL) || folder.protocol !== 'file:' || !folder.pathname.endsWith('/')) {
    yield `page: folder must be the URL of a folder, as in new URL('./web/home/', import.meta.url).`;
  }
  if (order !== undefined && !Object.hasOwn(config.slots, order)) {
    yield `page: order names slot "${order}", which slots does not list.`;
  }
}

/** Not asked of each process that loads the configuration: what only replicas show may be dear to make. */
export function* genericProblems(slots: {
  readonly [slot: string]: { readonly generic: unknown };
}): Iterable<string> {
  for (const [slot, { generic }] of Object.entries(slots)) {
    if (typeof generic !== 'object' || generic === null || !('html' in generic)) continue;
    const problem = fragmentProblem(generic.html);
    if (problem !== null) yield `slots: generic content of "${slot}": ${problem}`;
  }
}
