// The life of one of our processes: open its parts, run until told to stop, close them backwards.

import type { Observe } from '../domain/observation.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/**
 * Names what is to be stopped as soon as it is there. It throws when the process was told to stop
 * meanwhile, so that a start ends where it stands instead of opening more.
 */
export type OnStop = (stop: () => Promise<unknown>) => void;

export type ProcessPlan = {
  observe: Observe;
  /** How long all parts together may take to stop, beside `closeReserveMs`. */
  stopTimeoutMs: number;
  /** `signal` aborts when the process is told to stop: for starts that wait. */
  start: (onStop: OnStop, signal: AbortSignal) => Promise<void>;
};

/** For closing pools and connections, after what was begun has had its time. */
const closeReserveMs = 5_000;

/**
 * Runs what `plan` says. What was opened last is stopped first. When the plan or the start fails,
 * its message is all that is printed, and the process ends with 1.
 */
export async function runProcess(plan: () => ProcessPlan): Promise<void> {
  const stops: (() => Promise<unknown>)[] = [];
  const stopping = new AbortController();
  let started: Promise<void> = Promise.resolve();

  const onStop: OnStop = (stopPart) => {
    stops.push(stopPart);
    stopping.signal.throwIfAborted();
  };

  /** A part that cannot be stopped keeps none of the others open. */
  async function stopParts(): Promise<void> {
    const failures: unknown[] = [];
    for (const stopPart of stops.splice(0).reverse()) {
      await stopPart().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  async function stop(): Promise<void> {
    stopping.abort(new Error('The process was told to stop.'));
    await started;
    await stopParts();
  }

  async function startParts({ start }: ProcessPlan): Promise<void> {
    try {
      await start(onStop, stopping.signal);
    } catch (error) {
      // Whoever told us to stop does not care how far the start had come.
      if (stopping.signal.aborted) return;
      fail(error);
      await stopParts();
    }
  }

  try {
    const planned = plan();
    const timeoutMs = planned.stopTimeoutMs + closeReserveMs;
    stopOnSignal({ stop, observe: planned.observe, timeoutMs });
    started = startParts(planned);
  } catch (error) {
    fail(error);
  }
  await started;
}

function fail(error: unknown): void {
  console.error((error as Error).message);
  process.exitCode = 1;
}
