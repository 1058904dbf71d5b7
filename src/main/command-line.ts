// Reads options, and tells what is wrong with them in the words of whoever typed them.

import { parseArgs } from 'node:util';

type Option =
  | { type: 'string'; multiple?: boolean; default?: string }
  | { type: 'boolean'; default?: boolean };
type Options = { readonly [name: string]: Option & { short?: string } };

/** Returns what was given, or throws with the first option that is unknown and with `usage`. */
export function parseCommandLine<const O extends Options>(
  given: readonly string[],
  { options, usage }: { options: O; usage: string },
) {
  const args = [...given];
  const { tokens } = parseArgs({
    ...{ args, options, allowPositionals: true },
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'option' && !Object.hasOwn(options, token.name)) {
      throw new Error(`Unknown option ${token.rawName}.\n\n${usage}`);
    }
  }
  return parseArgs({ args, options, allowPositionals: true });
}
