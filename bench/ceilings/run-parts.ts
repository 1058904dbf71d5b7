// Runs the processes of one ceiling: all begin at the same moment, and it ends with the last.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type CpuMicros, countCpu, type Processes } from '../cpu-by-process.ts';
import type { Place } from '../place.ts';
import type { PartResult } from './part.ts';

/** An entry beside this file, and what it is given. */
export type Part = { name: string; file: string; given: object };

/** `micros`: of the servers and, under its name, of each part; parts of one name are added. */
export type PartsResult = { tookMs: number; micros: CpuMicros };

export async function runParts(
  place: Place,
  parts: readonly Part[],
  { servers, signal }: { servers: Processes; signal: AbortSignal },
): Promise<PartsResult> {
  const children = parts.map(({ file }) => start(place, file));
  try {
    await Promise.all(
      children.map((child, index) => {
        child.send((parts[index] as Part).given);
        return answerOf(child, signal);
      }),
    );
    const used = countCpu(servers);
    const beganMs = performance.now();
    const results = await Promise.all(
      children.map((child) => {
        child.send('go');
        return answerOf(child, signal) as Promise<PartResult>;
      }),
    );
    const tookMs = performance.now() - beganMs;
    const micros = used();
    const ended = children.map((child) => once(child, 'exit', { signal }));
    for (const child of children) child.send('end');
    await Promise.all(ended);
    for (const [index, { cpuMicros }] of results.entries()) {
      const { name } = parts[index] as Part;
      micros[name] = (micros[name] ?? 0) + cpuMicros;
    }
    return { tookMs, micros };
  } finally {
    for (const child of children) child.kill();
  }
}

/** In a group of its own, which the place ends should the bench be killed. */
function start({ onSpawn }: Place, file: string): ChildProcess {
  const entry = join(import.meta.dirname, file);
  const child = fork(entry, { execArgv: ['--import', 'tsx'], detached: true });
  if (child.pid !== undefined) onSpawn(child.pid);
  return child;
}

/** Rejects when the process ends instead. */
async function answerOf(child: ChildProcess, signal: AbortSignal): Promise<unknown> {
  const [answer] = await Promise.race([
    once(child, 'message', { signal }),
    once(child, 'exit').then(([code]) => {
      throw new Error(`A process of a ceiling ended with ${code}.`);
    }),
  ]);
  return answer;
}
