// What runs inside a worker thread: authors' code. It loads the configuration once and is then
// called for one unit after the other, several at a time.

import { getPriority, setPriority } from 'node:os';
import { setImmediate } from 'node:timers';
import { workerData } from 'node:worker_threads';
import type { Config } from '../domain/config.ts';
import { createAuthorCaller } from '../domain/worker/call-author.ts';
import { mayBegin } from './thread-marks.ts';
import type {
  ThreadAnswer,
  ThreadData,
  ThreadReport,
  ThreadTask,
  ThreadTasks,
} from './thread-messages.ts';
import { takeVoice } from './thread-voice.ts';

/** After so long, what was begun may go on and answer before others are begun. */
const maxStepMs = 1;

/** `load` loads the configuration; called when nothing of it can end the thread or print any more. */
export async function serveUnits(load: () => Promise<{ config?: Config }>): Promise<void> {
  const { configUrl, niceness, port, marks } = workerData as ThreadData;
  // Authors' code must not find it.
  Reflect.deleteProperty(workerData, 'port');

  const report = (message: ThreadReport): void => port.postMessage(message);
  takeVoice((observation) => report({ kind: 'observed', observation }));

  // On Linux this is about the calling thread; elsewhere it would be about the whole process.
  if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + niceness));

  const { config } = await load();
  if (config === undefined) throw new Error(`${configUrl} must export "config".`);

  const callAuthor = createAuthorCaller({
    config,
    nowMs: Date.now,
    observe: (observation) => report({ kind: 'observed', observation }),
  });

  const waiting: ThreadTask[] = [];
  const answers: ThreadAnswer[] = [];
  let [isDue, isCareful] = [false, false];

  function begin({ id, call }: ThreadTask): void {
    reportSoon();
    if (!mayBegin(marks, id)) return void answers.push({ id, answer: null });
    void callAuthor(call).then((answer) => {
      answers.push({ id, answer });
      reportSoon();
    });
  }

  /** One message for all that a turn of the event loop brings: it costs more than what is in it. */
  function reportSoon(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      report({ kind: 'answered', answers: answers.splice(0) });
    });
  }

  function beginAll(): void {
    const untilMs = performance.now() + (isCareful ? 0 : maxStepMs);
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      begin(task);
      if (waiting.length > 0 && performance.now() >= untilMs) return void setImmediate(beginAll);
    }
  }

  port.on('message', ({ tasks, ...how }: ThreadTasks) => {
    isCareful = how.isCareful;
    waiting.push(...tasks);
    if (waiting.length === tasks.length) beginAll();
  });
  report({ kind: 'ready' });
}
