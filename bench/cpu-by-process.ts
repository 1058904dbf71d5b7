// What the processes of a run used of the CPU, each kind for itself.

import { cpuMicrosOf } from './cpu-time.ts';

/** What a table calls them, and their pids. */
export type Processes = { readonly [name: string]: readonly number[] };

export type CpuMicros = { [name: string]: number };

/** What a table calls the bench itself, where its load generator is in the same process. */
export const benchName = 'bench';

/** Begins to count; what it returns gives what was used since. */
export function countCpu(processes: Processes): () => CpuMicros {
  const before = takeCpu(processes);
  return () => {
    const after = takeCpu(processes);
    const used = ([name, micros]: [string, number]) =>
      [name, micros - (before[name] ?? 0)] as const;
    return Object.fromEntries(Object.entries(after).map(used));
  };
}

/** Divided by what was done meanwhile, in tenths of a microsecond. */
export function cpuPer(count: number, used: CpuMicros): CpuMicros {
  const each = ([name, micros]: [string, number]) => [name, Math.round((micros / count) * 10) / 10];
  return Object.fromEntries(Object.entries(used).map(each));
}

/** Of all but the bench. */
export function serverCpu(used: CpuMicros): number {
  return Object.entries(used)
    .filter(([name]) => name !== benchName)
    .reduce((sum, [, micros]) => sum + micros, 0);
}

function takeCpu(processes: Processes): CpuMicros {
  const taken = Object.entries(processes).map(([name, pids]) => [name, cpuMicrosOf(pids)]);
  return Object.fromEntries(taken);
}
