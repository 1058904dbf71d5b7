// How many workers run, and what the processes are that have a part in an event's way.

import { benchName, type Processes } from '../cpu-by-process.ts';
import type { Edge } from '../edge/open-edge.ts';

export const workerCounts = [1, 2, 4] as const;
export const mostWorkers = Math.max(...workerCounts);

/** Starts or stops workers until there are so many. */
export async function setWorkers({ command, pidsOf }: Edge, wanted: number): Promise<void> {
  for (let number = 1; number <= mostWorkers; number += 1) {
    const worker = `worker-${number}`;
    if (pidsOf(worker).length > 0 !== number <= wanted) {
      await command(number <= wanted ? 'start' : 'stop', worker);
    }
  }
}

/** Their names in a table; all workers together, because any of them may take an event. */
export function processesOf({ pidsOf, doors }: Edge, workers: number): Processes {
  const numbers = Array.from({ length: workers }, (_, index) => index + 1);
  return {
    ingest: pidsOf('ingest-1'),
    rabbitmq: pidsOf('rabbitmq'),
    workers: numbers.flatMap((number) => pidsOf(`worker-${number}`)),
    postgres: pidsOf('postgres'),
    ...Object.fromEntries(
      doors.map(({ region }) => [`replica ${region}`, pidsOf(`replica-${region}-1`)]),
    ),
    [benchName]: [process.pid],
  };
}

export function nameOf(workers: number): string {
  return workers === 1 ? '1 worker' : `${workers} workers`;
}
