// Runs units in worker threads, so that authors' code can neither block the broker's connection
// nor take the process down, and finds out which unit it was that ended a thread.

import { pathToFileURL } from 'node:url';
import type { ResourceLimits } from 'node:worker_threads';
import { Failure } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { UnitRunner } from '../domain/ports.ts';
import type { UnitAnswer, UnitCall } from '../domain/worker/unit-call.ts';
import { createThreadPool, type ThreadPoolOptions } from './thread-pool.ts';
import { openThreadPrograms } from './thread-program.ts';
import type { ThreadLoss } from './thread-units.ts';

export type ThreadUnitRunnerOptions = {
  /** Path of the module that exports `config`. */
  configFile: string;
  observe: Observe;
  /** Threads that units share. */
  threads: number;
  /** Units that run in one of them at the same time. */
  unitsPerThread: number;
  /**
   * Threads for units that run alone and have never failed, and as many for those that have; all
   * but the first are started when there are such units.
   */
  aloneThreads: number;
  /** Calls that wait for a thread, for each of the three kinds. */
  maxWaiting: number;
  /** How long a thread may take to boot. */
  startTimeoutMs: number;
  /** Of one thread. Memory outside the JavaScript heap, such as buffers, is not limited by it. */
  resourceLimits: ResourceLimits;
};

/** Resolves once all shared threads have loaded the configuration. */
export async function createThreadUnitRunner(
  options: ThreadUnitRunnerOptions,
): Promise<UnitRunner> {
  const { configFile, threads, aloneThreads, unitsPerThread, ...rest } = options;
  const programs = await openThreadPrograms(configFile, rest.observe);
  const program = programs.next;
  const poolOptions = { ...rest, program, configUrl: pathToFileURL(configFile).href };
  // Most of what runs long in there is an endless loop at one of its four attempts.
  const aloneOptions = { ...poolOptions, unitsPerThread: 1, niceness: 10 };
  const together = createThreadPool({
    ...poolOptions,
    minThreads: threads,
    maxThreads: threads,
    unitsPerThread,
    niceness: 0,
  });
  // One of them is warm: whoever was beside a crash has waited long enough.
  const alone = createThreadPool({ ...aloneOptions, minThreads: 1, maxThreads: aloneThreads });
  // Poison takes a thread and a deadline at each attempt, and nobody innocent waits behind it.
  const again = createThreadPool({ ...aloneOptions, minThreads: 0, maxThreads: aloneThreads });
  const running = new Set<Promise<UnitAnswer>>();
  let isClosing = false;

  async function runTogether(call: UnitCall): Promise<UnitAnswer> {
    const answer = await together.run(call);
    return answer.kind === 'lost' ? { kind: 'crashed', error: answer.error } : answer;
  }

  /** A thread that ran others before may die of what they left behind: then it is asked again. */
  async function runAlone(call: UnitCall): Promise<UnitAnswer> {
    const answer = await (call.attempts === 0 ? alone : again).run(call);
    if (answer.kind !== 'lost') return answer;
    return answer.isFirst ? charged(answer) : runInOwnThread(call, aloneOptions);
  }

  async function close(): Promise<void> {
    isClosing = true;
    await Promise.allSettled(running);
    await Promise.all([together.close(), alone.close(), again.close()]);
    programs.remove();
  }

  await together.warmUp().catch(async (error) => {
    await close();
    throw error;
  });

  return {
    async run(call) {
      if (isClosing) throw new Failure('unavailable', 'The unit runner is closed.');
      const answer = call.alone ? runAlone(call) : runTogether(call);
      running.add(answer);
      return answer.finally(() => running.delete(answer));
    },
    close,
  };
}

/** In a thread made for this unit and ended after it, so that there is only one to blame. */
async function runInOwnThread(
  call: UnitCall,
  options: Omit<ThreadPoolOptions, 'minThreads' | 'maxThreads'>,
): Promise<UnitAnswer> {
  const own = createThreadPool({ ...options, minThreads: 0, maxThreads: 1 });
  try {
    const answer = await own.run(call);
    if (answer.kind !== 'lost') return answer;
    return charged(answer);
  } finally {
    // Not waited for: a thread in the middle of one huge step ends only after it.
    void own.close();
  }
}

function charged({ isDeaf, error }: ThreadLoss): UnitAnswer {
  return { kind: 'failed', reason: isDeaf ? 'deadline' : 'crashed', error };
}
