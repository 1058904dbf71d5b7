// What authors' code says outside of its calls: text that it prints, and rejections that nobody
// waits for. All of it becomes observations, and only so many a second: a loop that prints must
// fill neither the log nor the memory of the process that reads it.

import { boundText, describeError } from '../domain/errors.ts';
import type { Observation, Observe } from '../domain/observation.ts';
import { createRateLimit } from '../domain/rate-limit.ts';
import { refuseExit } from './thread-exit.ts';

const maxLinesPerS = 20;

type Write = NodeJS.WriteStream['write'];

/** Takes standard output and error of this thread, too: they would break the log's lines. */
export function takeVoice(observe: Observe): void {
  const nowMs = () => performance.now();
  const mayTell = createRateLimit({ perS: maxLinesPerS, nowMs });
  let dropped = 0;

  function tell(observation: Observation): void {
    if (!mayTell()) {
      dropped += 1;
      return;
    }
    observe(observation);
    if (dropped === 0) return;
    const text = `${dropped} lines before this one were dropped.`;
    dropped = 0;
    observe({ kind: 'thread_printed', text });
  }

  const write: Write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    const bytes = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    tell({ kind: 'thread_printed', text: boundText(bytes).trimEnd() });
    const done = rest.findLast((argument) => typeof argument === 'function');
    if (done !== undefined) queueMicrotask(done as () => void);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  refuseExit((text) => tell({ kind: 'thread_printed', text }));

  // A promise that nobody waits for is a forgotten `await` far more often than a broken thread, and
  // it says nothing of whose it was. Ending the thread would hurt its other units at every such
  // call, so it is told and the thread goes on. An exception that nobody caught does end it: it left
  // some function half done, and Node's advice is not to go on from there.
  process.on('unhandledRejection', (reason) => {
    tell({ kind: 'rejection_unhandled', error: describeError(reason) });
  });
}
