// What items, quotes and contracts are called: nothing that means something in a URL or in HTML.

import { Type } from '@sinclair/typebox';

/** Without its ends, for patterns that have one in them. */
export const idPattern = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';

export const id = Type.String({
  pattern: `^${idPattern}$`,
  description: 'a name of letters, digits, dots, dashes and underscores, of at most 64 characters',
});
