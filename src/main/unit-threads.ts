// The threads in which a worker runs authors' code.

import type { Observe } from '../domain/observation.ts';
import type { UnitRunner } from '../domain/ports.ts';
import { createThreadUnitRunner } from '../outbound/thread-unit-runner.ts';
import type { ValuesOf } from './settings.ts';
import type { workerLimits } from './worker-settings.ts';

export function openUnitThreads(
  configFile: string,
  limits: ValuesOf<typeof workerLimits>,
  observe: Observe,
): Promise<UnitRunner> {
  return createThreadUnitRunner({
    ...{ configFile, observe },
    threads: limits.threads,
    unitsPerThread: limits.unitsPerThread,
    aloneThreads: limits.aloneThreads,
    maxWaiting: limits.maxWaitingUnits,
    startTimeoutMs: limits.threadStartTimeoutMs,
    resourceLimits: { maxOldGenerationSizeMb: limits.threadMaxHeapMib },
  });
}
