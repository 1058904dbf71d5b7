// What a worker process and its threads say to each other. Plain values: they are cloned on the way.

import type { MessagePort } from 'node:worker_threads';
import type { Observation } from '../domain/observation.ts';
import type { TimedAnswer } from '../domain/worker/call-author.ts';
import type { UnitCall } from '../domain/worker/unit-call.ts';
import type { ThreadMarks } from './thread-marks.ts';

/** What a thread is started with. */
export type ThreadData = {
  /** file: URL of the module that exports `config`. */
  configUrl: string;
  /** By how much others go before it where processors are scarce. */
  niceness: number;
  /** Where all is said. Authors' code can reach `parentPort`, and post what it likes there. */
  port: MessagePort;
  /** Shared memory. */
  marks: ThreadMarks;
};

/** `id` counts the calls of one thread from 1 on. */
export type ThreadTask = { id: number; call: UnitCall };

/**
 * `isCareful`: each is to be answered, if it can be, before the next one begins, which may end the
 * thread. It costs a message for each.
 */
export type ThreadTasks = { tasks: readonly ThreadTask[]; isCareful: boolean };

export type ThreadReport =
  | { kind: 'ready' }
  | { kind: 'observed'; observation: Observation }
  /** Also sent with no answer in it, when calls were begun: the thread can be given others. */
  | { kind: 'answered'; answers: readonly ThreadAnswer[] };

/** `null`: the call had been taken back before the thread came to it. */
export type ThreadAnswer = { id: number; answer: TimedAnswer | null };
