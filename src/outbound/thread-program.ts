// What threads are started with: a bundle where nothing was compiled, in solo, stack and tests.

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import { threadExecArgv } from './thread-exec-argv.ts';

export type ThreadProgram = {
  url: URL;
  /** Node's options for the thread; `undefined`: those of the process. */
  execArgv: string[] | undefined;
};

export type ThreadPrograms = {
  /** For the next thread. */
  next(): ThreadProgram;
  remove(): void;
};

const isCompiled = !import.meta.url.endsWith('.ts');

/**
 * To read TypeScript costs a thread more than a second of CPU, and one that an author's code has
 * ended is started anew. So it is read once for all threads. What cannot be bundled is read by each.
 */
export async function openThreadPrograms(
  configFile: string,
  observe: Observe,
): Promise<ThreadPrograms> {
  const plain = plainProgram();
  const plainOnly = { next: () => plain, remove: () => {} };
  if (isCompiled) return plainOnly;
  try {
    // Not installed where the code is compiled.
    const { bundleThread } = await import('./thread-bundle.ts');
    const { file, remove } = await bundleThread(configFile);
    // So that stacks name the authors' lines; Node reads the map when it first writes a stack.
    const bundled = { url: pathToFileURL(file), execArgv: ['--enable-source-maps'] };
    // Some systems clear their temporary folders of what is old.
    return { next: () => (existsSync(file) ? bundled : plain), remove };
  } catch (error) {
    observe({ kind: 'threads_not_bundled', error: describeError(error) });
    return plainOnly;
  }
}

/** Each thread reads TypeScript for itself. */
export function plainProgram(): ThreadProgram {
  const url = new URL(`./thread-entry.${isCompiled ? 'js' : 'ts'}`, import.meta.url);
  return { url, execArgv: threadExecArgv() };
}
