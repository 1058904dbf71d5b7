// Where a command writes: results to stdout, for people or the next program, remarks to stderr.

import { once } from 'node:events';

export type Terminal = {
  /** Columns of stdout; `null` when no person looks at it. */
  columns: number | null;
  /** Writes a result, and waits while its reader is slow. */
  print(line: string): Promise<void>;
  /** Writes a remark. */
  remark(line: string): void;
  /** Shows how far something has come: in place for a person, else as a line now and then. */
  progress(line: string): void;
  /** The reader of stdout has gone, as `head` does. */
  isClosed(): boolean;
};

const progressEveryMs = 3_000;

export function openTerminal(): Terminal {
  const { stdout, stderr } = process;
  let isClosed = false;
  let shown = '';
  let toldAtMs = Date.now();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isClosed = true;
  });

  function clearProgress(): void {
    if (shown !== '') stderr.write('\r\u001b[K');
    shown = '';
  }

  return {
    columns: stdout.isTTY ? stdout.columns : null,
    async print(line) {
      clearProgress();
      if (isClosed || stdout.write(`${line}\n`)) return;
      // A reader that goes ends the wait, too.
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => {});
    },
    remark(line) {
      clearProgress();
      stderr.write(`${line}\n`);
    },
    progress(line) {
      if (stderr.isTTY) {
        clearProgress();
        shown = line.slice(0, stderr.columns - 1);
        stderr.write(shown);
      } else if (Date.now() - toldAtMs >= progressEveryMs) {
        toldAtMs = Date.now();
        stderr.write(`${line}\n`);
      }
    },
    isClosed: () => isClosed,
  };
}
