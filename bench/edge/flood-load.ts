// Open loads in processes of their own, so that no client waits for another one's work.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Load = {
  port: number;
  /** The address the client has. */
  localAddress: string;
  /** A path, a tab and a token in each line, asked for in turn. */
  requestsFile: string;
  /** The line to begin with. */
  firstRequest: number;
  ratePerS: number;
  seconds: number;
  /** Two loads of one moment need two. */
  seed: number;
};

/** `startAtMs`: Unix milliseconds, for loads that begin together. */
export type LoadCall = Load & { startAtMs: number };

export type LoadResult = {
  /** From the planned time to the end of the answer. */
  latenciesMs: number[];
  /** By how much the client itself was late to send: part of the latencies. */
  lateMs: number[];
  /** From when the client sent to the end of the answer: the rest of the latencies. */
  servedMs: number[];
  /** How often each status came; 0: no answer. */
  statuses: { [status: number]: number };
  /** At the end. */
  connections: number;
  /** From the beginning to the last answer. */
  tookMs: number;
};

const client = fileURLToPath(new URL('./flood-client.ts', import.meta.url));

/** For the clients to read their requests and to open connections. */
const headStartMs = 1_500;

/** In the order of the loads, which begin together: soon, or when they are told to. */
export async function runLoads(
  loads: readonly Load[],
  { signal, startAtMs: given }: { signal: AbortSignal; startAtMs?: number },
): Promise<LoadResult[]> {
  const children = loads.map(() => fork(client, { execArgv: ['--import', 'tsx'] }));
  try {
    await Promise.all(children.map((child) => once(child, 'message', { signal })));
    const startAtMs = given ?? Date.now() + headStartMs;
    return await Promise.all(
      children.map(async (child, index) => {
        child.send({ ...(loads[index] as Load), startAtMs } satisfies LoadCall);
        const [result] = await once(child, 'message', { signal });
        return result as LoadResult;
      }),
    );
  } finally {
    for (const child of children) child.kill();
  }
}

/** Answers that are not 200, and requests that were not answered at all. */
export function errorsOf({ statuses }: LoadResult): number {
  const { 200: _good, ...others } = statuses;
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}
