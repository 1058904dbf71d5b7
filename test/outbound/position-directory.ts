// A directory for positions, a new one for each test of a file, and what is found in it.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Nothing is there until the positions make it. All of them go when the file's tests are done. */
export function usePositionDirectories(): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'beforehand-positions-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return () => {
    count += 1;
    return join(folder, String(count), 'deep');
  };
}

export function textOf(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}
