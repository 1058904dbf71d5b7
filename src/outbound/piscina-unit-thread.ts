// What runs inside a worker thread: authors' code. It loads the configuration once and is then
// called for one unit after the other, several at a time.

import { getPriority, setPriority } from 'node:os';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import type { Config } from '../domain/config.ts';
import { createAuthorCaller } from '../domain/worker/call-author.ts';
import type { ThreadData, ThreadReport, ThreadTask } from '../domain/worker/thread-messages.ts';
import type { UnitAnswer } from '../domain/worker/unit-call.ts';
import { takeVoice } from './piscina-thread-voice.ts';

takeVoice(report);

const { configUrl, niceness } = workerData as ThreadData;
// On Linux this is about the calling thread; elsewhere it would be about the whole process.
if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + niceness));

const { config } = (await import(configUrl)) as { config?: Config };
if (config === undefined) throw new Error(`${configUrl} must export "config".`);

const callAuthor = createAuthorCaller({
  config,
  nowMs: Date.now,
  observe: (observation) => report({ kind: 'observed', observation }),
});

let isFirst = true;

export default function runUnit({ callId, call }: ThreadTask): Promise<UnitAnswer> {
  report({ kind: 'taken_up', callId, threadId, isFirst });
  isFirst = false;
  return callAuthor(call);
}

/** Returns once this file is loaded, and with it the configuration. */
export const getReady = (): number => threadId;

function report(message: ThreadReport): void {
  parentPort?.postMessage(message);
}
