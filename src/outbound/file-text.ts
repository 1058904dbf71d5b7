// Reads a file that may not be there.

import { readFileSync } from 'node:fs';

/** `null`: it cannot be read. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
