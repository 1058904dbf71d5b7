// A pool of threads that run authors' code, each of them replaced when it dies or goes deaf.

import type { ResourceLimits } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { ThreadData, ThreadTask } from '../domain/worker/thread-messages.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import { type Balancer, createBalancer } from './piscina-balancer.ts';
import { threadExecArgv } from './piscina-exec-argv.ts';
import { createGate } from './piscina-gate.ts';
import { isReport } from './piscina-thread-voice.ts';

export type ThreadPoolOptions = {
  configUrl: string;
  observe: Observe;
  minThreads: number;
  maxThreads: number;
  /** Units that run in one thread at the same time. */
  tasksPerThread: number;
  /** Calls that wait for a place in a thread; more are refused. */
  maxWaiting: number;
  /** How long a thread may take to boot, or to come to a unit that was handed to it. */
  startTimeoutMs: number;
  resourceLimits: ResourceLimits;
  niceness: number;
};

/**
 * The thread died or was ended under a unit; `isTakenUp`: after its author's code had begun.
 * `isFirst`: no other unit had been in that thread.
 */
export type ThreadLoss = {
  kind: 'lost';
  isTakenUp: boolean;
  isFirst: boolean;
  isDeaf: boolean;
  error: string;
};

export type ThreadPool = {
  /** Resolves when `minThreads` have loaded the configuration; rejects with why they cannot. */
  warmUp(): Promise<void>;
  /** Rejects with `unavailable` when too many calls wait, and otherwise always resolves. */
  run(call: UnitCall): Promise<UnitAnswer | ThreadLoss>;
  /** Ends the threads at once, whatever runs in them. */
  close(): Promise<void>;
};

/** How much longer than its deadline a unit may keep its thread deaf. */
const graceMs = 1_000;

/** Threads above `minThreads` end when they had nothing to do for so long. */
const idleTimeoutMs = 30_000;

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const threadUrl = new URL(`./piscina-unit-thread.${extension}`, import.meta.url);

export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  const balancer = createBalancer(options.tasksPerThread, () => performance.now());
  const pool = createPiscina(options, balancer);
  const gate = createGate({
    places: options.maxThreads * options.tasksPerThread,
    maxWaiting: options.maxWaiting,
  });
  const watches = new Map<number, Watch>();
  let lastCallId = 0;

  pool.on('message', (report: unknown) => {
    if (!isReport(report)) return;
    if (report.kind === 'observed') return options.observe(report.observation);
    balancer.heard(report.threadId);
    watches.get(report.callId)?.takeUp(report);
  });
  // Of a thread that died with no unit in it; otherwise the answers of its units tell. Unheard, the
  // error would end the process.
  pool.on('error', (error) => {
    options.observe({ kind: 'thread_lost', error: describeError(error) });
  });

  async function runInThread(call: UnitCall): Promise<UnitAnswer | ThreadLoss> {
    lastCallId += 1;
    const task: ThreadTask = { callId: lastCallId, call };
    const watch = createWatch(options.startTimeoutMs, call.unit.deadlineMs + graceMs);
    watches.set(task.callId, watch);
    try {
      return (await pool.run(task, { signal: watch.signal })) as UnitAnswer;
    } catch (error) {
      const text = describeError(watch.signal.aborted ? watch.signal.reason : error);
      return { kind: 'lost', ...watch.state(), error: text };
    } finally {
      watches.delete(task.callId);
      watch.end();
    }
  }

  return {
    async warmUp() {
      const threads = Array.from({ length: options.minThreads });
      const ready = await Promise.all(threads.map(() => pool.run(null, { name: 'getReady' })));
      for (const threadId of ready as number[]) balancer.heard(threadId);
    },
    async run(call) {
      const leave = await gate.enter();
      return runInThread(call).finally(leave);
    },
    close: () => pool.destroy(),
  };
}

function createPiscina(options: ThreadPoolOptions, balancer: Balancer): Piscina {
  const execArgv = threadExecArgv();
  return new Piscina({
    filename: threadUrl.href,
    workerData: {
      configUrl: options.configUrl,
      niceness: options.niceness,
    } satisfies ThreadData,
    minThreads: options.minThreads,
    maxThreads: options.maxThreads,
    idleTimeout: idleTimeoutMs,
    concurrentTasksPerWorker: options.tasksPerThread,
    resourceLimits: options.resourceLimits,
    ...(execArgv && { execArgv }),
    // Otherwise a thread without a unit sleeps with its event loop, and authors' connections that
    // are kept alive notice nothing meanwhile.
    atomics: 'disabled',
    recordTiming: false,
    loadBalancer: balancer.choose,
  });
}

type Watch = ReturnType<typeof createWatch>;

/**
 * Aborts when a unit was not begun in time, or has not ended in time since. Piscina then ends its
 * thread, and with it every other unit in there.
 */
function createWatch(startTimeoutMs: number, runTimeoutMs: number) {
  const controller = new AbortController();
  let [isTakenUp, isFirst] = [false, false];
  let timer = abortIn(startTimeoutMs, 'No thread has begun with it');
  function abortIn(ms: number, what: string): ReturnType<typeof setTimeout> {
    return setTimeout(() => controller.abort(`${what} within ${ms} ms.`), ms);
  }
  return {
    signal: controller.signal,
    takeUp(by: { isFirst: boolean }): void {
      isTakenUp = true;
      isFirst = by.isFirst;
      clearTimeout(timer);
      timer = abortIn(runTimeoutMs, 'Its thread has not answered');
    },
    state: () => ({ isTakenUp, isFirst, isDeaf: controller.signal.aborted }),
    end: () => clearTimeout(timer),
  };
}
