// What runs inside a worker thread: authors' code. It loads the configuration once and is then
// called for one unit after the other, several at a time.

import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../domain/config.ts';
import { describeError } from '../domain/errors.ts';
import { createAuthorCaller } from '../domain/worker/call-author.ts';
import type { ThreadData, ThreadReport, ThreadTask } from '../domain/worker/thread-messages.ts';
import type { UnitAnswer } from '../domain/worker/unit-call.ts';

const { configUrl } = workerData as ThreadData;
const { config } = (await import(configUrl)) as { config?: Config };
if (config === undefined) throw new Error(`${configUrl} must export "config".`);

const callAuthor = createAuthorCaller({
  config,
  nowMs: Date.now,
  observe: (observation) => report({ kind: 'observed', observation }),
});

// A promise that nobody waits for is a forgotten `await` far more often than a broken thread, and
// it says nothing of whose it was. Ending the thread would hurt its other units at every such
// call, so it is told and the thread goes on. An exception that nobody caught does end it: it left
// some function half done, and Node's advice is not to go on from there.
process.on('unhandledRejection', (reason) => {
  report({
    kind: 'observed',
    observation: { kind: 'rejection_unhandled', error: describeError(reason) },
  });
});

export default function runUnit({ callId, call }: ThreadTask): Promise<UnitAnswer> {
  report({ kind: 'taken_up', callId });
  return callAuthor(call);
}

/** Returns once this file is loaded, and with it the configuration. */
export function getReady(): void {}

function report(message: ThreadReport): void {
  parentPort?.postMessage(message);
}
