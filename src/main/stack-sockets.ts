// Where the unix sockets between replicas and their Nginx are: systems cut long paths off.

import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxSocketPathBytes } from '../inbound/http-unix-socket.ts';

/**
 * Makes a directory in which every file of `names` has a path that is short enough: in `directory`
 * if that will do, else one below the system's directory for temporary files. Only its owner may
 * enter. Whoever takes the stack down removes it.
 */
export function makeSocketDir(directory: string, names: readonly string[]): string {
  const natural = join(directory, 'sockets');
  const isShort = names.every(
    (name) => Buffer.byteLength(join(natural, name)) <= maxSocketPathBytes,
  );
  if (!isShort) return mkdtempSync(join(tmpdir(), 'beforehand-'));
  mkdirSync(natural, { recursive: true, mode: 0o700 });
  return natural;
}
