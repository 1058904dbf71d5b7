// Whether what an earlier process wrote can be trusted, although its writes were not flushed.
//
// What a process has written outlives it, whoever kills it, because the kernel has it. It does not
// outlive the kernel: after a crash of the machine, or a power cut, pages may be there and others
// not. So a store says under which boot of the machine it was written; what a clean end has flushed
// is good under any.

import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const flushed = 'flushed';

export type BootMark = {
  /** To be called before the store is opened: removes one that cannot be trusted. */
  begin(): void;
  /** To be called after the store was closed. */
  end(): void;
};

/** `storePath` is the store's one file. `bootId` changes with each start of the machine's kernel. */
export function createBootMark(directory: string, storePath: string, bootId: string): BootMark {
  const markPath = join(directory, 'boot-id');
  const write = (text: string) => {
    writeFileSync(markPath, text, { mode: 0o640, flush: true });
    flush(directory);
  };
  return {
    begin() {
      const found = textOf(markPath);
      // Without a mark: nothing is there yet, or a release that flushed each write was before us.
      if (found !== null && found !== flushed && found !== bootId) removeStore(storePath);
      write(bootId);
    },
    end() {
      flush(storePath);
      write(flushed);
    },
  };
}

function removeStore(storePath: string): void {
  for (const path of [storePath, `${storePath}-lock`]) rmSync(path, { force: true });
}

/** Of a file, all that any process has written to it; of a directory, which files are in it. */
function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
