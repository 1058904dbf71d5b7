// Users whom nobody has heard of, each a random UUID with a token that was made beforehand.

import { randomUUID } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sign } from '../read/requests.ts';

/** Before each run as many others, so that no stranger of the run was seen before. */
const warmUpCount = 2_000;

/** So many are signed at a time. */
const chunk = 1_000;

/** Of a run: a line for each request, as bench/wrk-cycle.lua reads it. */
export type StrangerFiles = { warmUp: string; requests: string };

/** One pair of files for each run: `count` strangers in all, and those of the warm-ups. */
export async function writeStrangers(
  directory: string,
  name: string,
  call: { count: number; runs: number; sign: Sign; signal: AbortSignal },
): Promise<StrangerFiles[]> {
  const { count, runs, sign, signal } = call;
  const files: StrangerFiles[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const fileOf = (what: string) => join(directory, `strangers-${name}-${run}-${what}.txt`);
    const pair = { warmUp: fileOf('warm-up'), requests: fileOf('requests') };
    await writeLines(pair.warmUp, warmUpCount, sign, signal);
    await writeLines(pair.requests, Math.ceil(count / runs), sign, signal);
    files.push(pair);
  }
  return files;
}

async function writeLines(file: string, count: number, sign: Sign, signal: AbortSignal) {
  writeFileSync(file, '', { mode: 0o600 });
  for (let written = 0; written < count; written += chunk) {
    signal.throwIfAborted();
    const users = Array.from({ length: Math.min(chunk, count - written) }, () => randomUUID());
    const lines = users.map(async (user) => `/v1/content/${user}\t${await sign(user)}\n`);
    appendFileSync(file, (await Promise.all(lines)).join(''));
  }
}
