// A small file that may be edited or replaced at any time, and what its text says.

import { open } from 'node:fs/promises';

export type FreshFile<Value> = {
  current(): Value;
  close(): Promise<void>;
};

/**
 * Reads the file, or throws what `parse` or the file system says. Later a missing or malformed file
 * keeps the last good value, so that an editor's slip locks nobody out. It is read anew every
 * `checkEveryMs` and not watched: watching misses replaced files and mounted volumes.
 */
export async function openFreshFile<Value>(options: {
  path: string;
  maxBytes: number;
  parse: (text: string) => Value;
  checkEveryMs: number;
  onChanged: (value: Value) => void;
  /** Called once for each new reason. */
  onRefused: (error: unknown) => void;
}): Promise<FreshFile<Value>> {
  const { path, maxBytes, parse, checkEveryMs, onChanged, onRefused } = options;
  let text = await readBounded(path, maxBytes);
  let value = parse(text);
  let lastRefusal = '';

  async function check(): Promise<void> {
    try {
      const newest = await readBounded(path, maxBytes);
      if (newest !== text) {
        value = parse(newest);
        text = newest;
        onChanged(value);
      }
      lastRefusal = '';
    } catch (error) {
      if (String(error) !== lastRefusal) onRefused(error);
      lastRefusal = String(error);
    }
  }

  let isClosed = false;
  let checking = Promise.resolve();
  let timer = setTimeout(next, checkEveryMs);
  function next(): void {
    checking = check().then(() => {
      if (!isClosed) timer = setTimeout(next, checkEveryMs);
    });
  }

  return {
    current: () => value,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await checking;
    },
  };
}

async function readBounded(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw new Error(`It has more than ${maxBytes} bytes.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
