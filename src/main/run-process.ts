// The life of one of our processes: open its parts, run until told to stop, close them backwards.

import type { Observe } from '../domain/observation.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export type OnStop = (stop: () => Promise<unknown>) => void;

/**
 * Calls `start`, which names what is to be stopped as soon as it is there. What was opened last is
 * stopped first. When `start` fails, its message is all that is printed, and the process ends with 1.
 */
export async function runProcess(
  start: (onStop: OnStop) => Promise<{ observe: Observe; stopTimeoutMs: number }>,
): Promise<void> {
  const stops: (() => Promise<unknown>)[] = [];
  async function stop(): Promise<void> {
    for (const stopPart of stops.reverse()) await stopPart();
  }
  try {
    const { observe, stopTimeoutMs } = await start((stopPart) => stops.push(stopPart));
    stopOnSignal({ stop, observe, timeoutMs: stopTimeoutMs });
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
    await stop();
  }
}
