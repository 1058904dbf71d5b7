// Keeps threads alive: as many as there must be at any time, and more while there is work for them
// or while one of them stands still.

import { startThread, type Thread, type ThreadOptions } from './thread-start.ts';
import type { AskedUnit } from './thread-units.ts';

export type ThreadCrewOptions = ThreadOptions & {
  /** Threads that are kept alive whatever happens. */
  minThreads: number;
  /** Beside those that stand still, of which as many are stood in for. */
  maxThreads: number;
};

/** Threads above `minThreads` end when they had nothing to do for so long. */
const idleTimeoutMs = 30_000;

/** A thread that is in a long step of good work for a moment needs nobody in its stead. */
const standInAfterMs = 250;

/** After a thread was lost under its units. */
const carefulForMs = 60_000;

/** After a thread that could not boot: to try costs most of a second of CPU. */
const bootPauseMs = 1_000;

/**
 * `changed`: a thread may take units, or is missing. `takenBack`: units that one has not begun with.
 * `failed`: no thread is there, nor can be just now.
 */
export function createThreadCrew(
  options: ThreadCrewOptions,
  on: {
    changed(): void;
    takenBack(units: readonly AskedUnit[]): void;
    failed(error: string): void;
  },
) {
  const { minThreads, maxThreads } = options;
  const threads = new Set<Thread>();
  let [isClosed, startAfterMs, carefulUntilMs] = [false, 0, 0];

  function start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const thread = startThread(options, {
        heard() {
          if (thread.isReady()) resolve();
          on.changed();
        },
        takenBack: on.takenBack,
        lost(error) {
          reject(new Error(error));
          if (threads.delete(thread)) lost(thread, error);
        },
      });
      threads.add(thread);
    });
  }

  function lost(thread: Thread, error: string): void {
    // The answers of its units tell.
    if (thread.units.count() > 0) carefulUntilMs = performance.now() + carefulForMs;
    else options.observe({ kind: 'thread_lost', error });
    if (!thread.isReady()) {
      startAfterMs = performance.now() + bootPauseMs;
      if (ready().length === 0) on.failed(error);
    }
    on.changed();
  }

  const ready = () => [...threads].filter((thread) => thread.isReady());
  const able = () => ready().filter((thread) => !thread.units.standsStill());
  const stoodInFor = () =>
    ready().filter((thread) => thread.units.standsStill(standInAfterMs)).length;

  const booted = Promise.all(Array.from({ length: minThreads }, start));
  booted.catch(() => {});

  return {
    threads: threads as ReadonlySet<Thread>,
    /** Resolves when the first `minThreads` have booted; rejects with why one cannot. */
    booted,

    /** Whether units have ended threads of late, and others may. */
    isCareful: () => performance.now() < carefulUntilMs,

    /**
     * Those that may be given units, the oldest first. A thread that stood in for one that went on
     * is given none; it stands by until it has been idle for too long.
     */
    takers: () => able().slice(0, maxThreads),

    /**
     * Starts those that are missing, and one for each unit that no thread has a place for. One that
     * has stood still for a while is missing, too: until it is given up and another has booted, the
     * next such unit would leave none.
     */
    recruit(waitingUnits: number): void {
      if (isClosed || performance.now() < startAfterMs) return;
      const wanted = Math.min(maxThreads, able().length + waitingUnits);
      const missing = Math.min(
        Math.max(minThreads, wanted) + stoodInFor() - threads.size,
        2 * maxThreads - threads.size,
      );
      // Why one of them cannot boot is told by `lost`.
      for (let at = 0; at < missing; at += 1) start().catch(() => {});
    },

    /** To be called often: gives up those that are deaf, and ends those that nobody needs. */
    look(): void {
      for (const thread of threads) {
        thread.look();
        const isNeeded = threads.size - stoodInFor() <= minThreads;
        if (isNeeded || thread.units.idleMs() <= idleTimeoutMs) continue;
        threads.delete(thread);
        void thread.close();
      }
    },

    async close(): Promise<void> {
      isClosed = true;
      const left = [...threads];
      threads.clear();
      await Promise.all(left.map((thread) => thread.close()));
    },
  };
}
