// Ends a process once, in good order, whoever asks and however often.

import closeWithGrace from 'close-with-grace';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';

/** Ctrl-C reaches npm and us, and npm passes it on: the same signal may arrive twice. */
const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls `stop` at the first signal, or when an error was caught by nobody, and exits: with 0, or
 * with 1 after an error or when `stop` takes longer than `timeoutMs`.
 */
export function stopOnSignal(options: {
  stop: () => Promise<void>;
  timeoutMs: number;
  observe: Observe;
}): void {
  const { stop, timeoutMs, observe } = options;
  const tell = (error: unknown) =>
    observe({ kind: 'task_failed', task: 'stop', error: describeError(error) });
  const { close } = closeWithGrace(
    {
      delay: timeoutMs,
      logger: false,
      // Its own handlers take a second signal for impatience and exit with 1, and let a process
      // whose start failed, and that ends by itself, exit with 0.
      skip: [...signals, 'beforeExit'],
      onSecondError: tell,
      onTimeout: () => tell(new Error(`It took longer than ${timeoutMs} ms.`)),
    },
    async ({ err }) => {
      if (err !== undefined) {
        observe({ kind: 'rejection_unhandled', error: describeError(err) });
      }
      await stop().catch((error: unknown) => {
        tell(error);
        throw error;
      });
    },
  );
  let isClosing = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (!isClosing) close();
      isClosing = true;
    });
  }
}
