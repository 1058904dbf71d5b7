// Lays the files of a page down where Nginx finds them, beside the positions that refer to them.
//
// A browser shows a page for hours, and loads some of its files late: those of the page before stay
// for a while. One that nobody can write any more is such a former file, since its mode was changed.

import {
  chmodSync,
  closeSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Clock } from '../domain/ports.ts';
import { isCompressible, type PageAsset, type PageAssets } from '../domain/replica/page-assets.ts';

export type LayDownAssetsOptions = {
  /** Of the positions; the files come into `assets` in it. */
  directory: string;
  files: PageAssets['files'];
  keepMs: number;
  maxFormerBytes: number;
  nowMs: Clock;
  /** As for positions: 31 bits of what a body is, and Nginx's validator thereby. */
  hashOf: (body: Uint8Array) => number;
};

const current = 0o640;
const former = 0o440;

/** Throws when they cannot be written. */
export function layDownAssets(options: LayDownAssetsOptions): void {
  const folder = join(options.directory, 'assets');
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  // New ones first: whoever has the new page finds all that it refers to.
  const files = new Map([...options.files].flatMap(([name, file]) => formsOf(name, file)));
  for (const [name, bytes] of files) {
    // No name that Nginx would send.
    replaceFile(join(folder, name), join(folder, '.next'), bytes, options.hashOf(bytes));
  }
  rmSync(join(folder, '.next'), { force: true });
  const others = readdirSync(folder).filter((name) => !files.has(name));
  for (const name of others) {
    const path = join(folder, name);
    if ((statSync(path).mode & 0o777) !== former) chmodSync(path, former);
  }
  removeFormer(folder, others, options);
}

/** As it is, and for most browsers `NAME.gz`: what everybody loads is compressed once. */
function formsOf(name: string, { type, bytes }: PageAsset): [string, Buffer][] {
  const plain: [string, Buffer] = [name, bytes];
  return isCompressible(type) ? [[`${name}.gz`, gzipSync(bytes, { level: 9 })], plain] : [plain];
}

/** Flushed, unlike a position: browsers keep what they once got for a year. */
function replaceFile(path: string, temp: string, body: Uint8Array, hash: number): void {
  rmSync(temp, { force: true });
  const file = openSync(temp, 'wx', current);
  try {
    writeFileSync(file, body);
    futimesSync(file, hash, hash);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temp, path);
}

function removeFormer(
  folder: string,
  names: readonly string[],
  { keepMs, maxFormerBytes, nowMs }: LayDownAssetsOptions,
): void {
  const known = names.map((name) => {
    const path = join(folder, name);
    const { ctimeMs: sinceMs, size } = statSync(path);
    return { path, sinceMs, size };
  });
  let keptBytes = 0;
  for (const { path, sinceMs, size } of known.sort((one, other) => other.sinceMs - one.sinceMs)) {
    keptBytes += size;
    if (nowMs() - sinceMs >= keepMs || keptBytes > maxFormerBytes) rmSync(path, { force: true });
  }
}
