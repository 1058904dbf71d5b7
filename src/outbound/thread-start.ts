// One thread that runs authors' code, from its start until it dies or is given up.

import {
  MessageChannel,
  type ResourceLimits,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import { failed } from '../domain/worker/author-answer.ts';
import type { TimedAnswer } from '../domain/worker/call-author.ts';
import type { UnitCall } from '../domain/worker/unit-call.ts';
import { createThreadMarks } from './thread-marks.ts';
import type { ThreadData, ThreadReport, ThreadTask, ThreadTasks } from './thread-messages.ts';
import type { ThreadProgram } from './thread-program.ts';
import { type AskedUnit, createThreadUnits } from './thread-units.ts';

export type ThreadOptions = {
  configUrl: string;
  /** What the next thread runs. */
  program(): ThreadProgram;
  observe: Observe;
  /** How long a thread may take to boot, or to come to a unit that was handed to it. */
  startTimeoutMs: number;
  resourceLimits: ResourceLimits;
  niceness: number;
};

export type Thread = ReturnType<typeof startThread>;

/**
 * `heard`: it has booted, begun or answered. `takenBack`: it has not begun with them, and will not.
 * `lost`: it takes nothing more, and why.
 */
export function startThread(
  options: ThreadOptions,
  on: {
    heard(): void;
    takenBack(units: readonly AskedUnit[]): void;
    lost(error: string): void;
  },
) {
  const { observe, startTimeoutMs } = options;
  const { worker, port, marks } = startWorker(options);
  const startedAtMs = performance.now();
  const units = createThreadUnits({ marks, startTimeoutMs, takenBack: on.takenBack });
  let [isReady, isOver] = [false, false];
  let error: string | null = null;
  const given: ThreadTask[] = [];

  function hear(report: ThreadReport): void {
    if (report.kind === 'observed') observe(report.observation);
    else if (report.kind === 'ready') isReady = true;
    else {
      units.goesOn();
      for (const { id, answer } of report.answers) {
        tellRun(observe, units.settle(id, answer), answer);
      }
    }
    on.heard();
  }

  /** What it said before it died or fell silent counts. */
  function hearRest(): void {
    for (;;) {
      const rest = receiveMessageOnPort(port);
      if (rest === undefined) return;
      hear(rest.message);
    }
  }

  function lose(reason: string, isDeaf: boolean): void {
    if (isOver) return;
    isOver = true;
    hearRest();
    port.close();
    on.lost(reason);
    units.lose(reason, isDeaf);
  }

  function overdue(): string | null {
    const isBooting = !isReady && performance.now() - startedAtMs > startTimeoutMs;
    return isBooting ? `No thread has booted within ${startTimeoutMs} ms.` : units.overdue();
  }

  function post({ tasks, isCareful }: ThreadTasks): void {
    try {
      port.postMessage({ tasks, isCareful } satisfies ThreadTasks);
    } catch (thrown) {
      // One of them cannot be cloned.
      if (tasks.length > 1) for (const task of tasks) post({ tasks: [task], isCareful });
      else for (const { id } of tasks) units.settle(id, failed('threw', describeError(thrown)));
    }
  }

  port.on('message', hear);
  worker.on('error', (thrown) => {
    error = describeError(thrown);
  });
  worker.on('exit', (code) => lose(error ?? `Its thread ended with code ${code}.`, false));

  return {
    units,
    isReady: () => isReady,
    /** Hands it over with the next `flush()`. */
    give: (unit: AskedUnit) => void given.push(units.add(unit)),
    /** All in one message: it costs more than what is in it. */
    flush(isCareful: boolean): void {
      if (given.length > 0) post({ tasks: given.splice(0), isCareful });
    },
    /** To be called often: takes back what waits behind a long step, and gives up a deaf thread. */
    look(): void {
      units.look();
      // It may be this thread that was deaf.
      if (overdue() !== null) hearRest();
      const reason = overdue();
      if (reason === null) return;
      lose(reason, true);
      void worker.terminate();
    },
    /** Resolves when it is gone: if it is in the middle of one huge step, only after that. */
    async close(): Promise<void> {
      lose('Its thread was ended.', false);
      await worker.terminate();
    },
  };
}

/** Not of one that was taken back, or that nobody waits for any more. */
function tellRun(observe: Observe, call: UnitCall | undefined, answer: TimedAnswer | null): void {
  if (call === undefined || answer === null) return;
  const { tookMs } = answer;
  observe({ kind: 'unit_ran', ticket: call.event.ticket, name: call.unit.name, tookMs });
}

function startWorker({ configUrl, program, niceness, resourceLimits }: ThreadOptions) {
  const { port1, port2 } = new MessageChannel();
  const marks = createThreadMarks();
  const { url, execArgv } = program();
  const worker = new Worker(url, {
    workerData: { configUrl, niceness, port: port2, marks } satisfies ThreadData,
    transferList: [port2],
    resourceLimits,
    ...(execArgv && { execArgv }),
  });
  return { worker, port: port1, marks };
}
