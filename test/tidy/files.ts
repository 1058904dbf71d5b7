// The files of this repository as text, for tests about the code and the documentation itself.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export type File = { path: string; text: string; lines: readonly string[] };

/** Not written by us, or not kept. */
const ignored = new Set(['node_modules', 'dist', 'coverage', '.git', '.beforehand']);

function filesBelow(folder: string): File[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const full = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(full);
    // Pictures are not text.
    if (!entry.isFile() || entry.name.endsWith('.png')) return [];
    const text = readFileSync(full, 'utf8');
    const path = relative(root, full).split(sep).join('/');
    return [{ path, text, lines: text.replace(/\n$/, '').split('\n') }];
  });
}

export const files = filesBelow(root);
/** Code of every kind, that of the root folder included. */
export const written = files.filter(({ path }) =>
  /^(src|test|web|bench|scripts)\/|^[^/]+\.(cjs|ts)$/.test(path),
);
export const source = files.filter(({ path }) => /^src\/.*\.ts$/.test(path));
export const pages = files.filter(({ path }) => path.endsWith('.md'));

/** Lines that match, written so that an editor jumps to them. */
export function linesLike(pattern: RegExp, among: readonly File[]): string[] {
  return among.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
    ),
  );
}
