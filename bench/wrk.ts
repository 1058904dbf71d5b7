// Load from wrk: a fixed number of connections, each asking again as soon as it was answered.

import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type Load = {
  /** The path of the program. */
  program: string;
  port: number;
  /** What is sent: a file as bench/wrk-cycle.lua reads it, or another script and its arguments. */
  requests: string | { script: string; args: readonly string[] };
  /** Whether answers of 429 and 503 to requests of a file are no errors. To look costs wrk more CPU. */
  countsRefusals?: boolean;
  connections: number;
  seconds: number;
  signal: AbortSignal;
};

export type LoadResult = {
  requests: number;
  durationMicros: number;
  p50Micros: number;
  p99Micros: number;
  /** Answers of 429 and 503, where they are counted. */
  refused?: number;
  /** Other answers of 400 and above, connections not made or broken, and answers that took over 2 s. */
  errors: number;
};

const cycle = join(import.meta.dirname, 'wrk-cycle.lua');

/** Rejects when wrk fails or `signal` aborts; answers that are errors are counted, not thrown. */
export async function runWrk(load: Load): Promise<LoadResult> {
  const { program, port, requests, connections, seconds, signal, countsRefusals = false } = load;
  const { script, args: given } =
    typeof requests === 'string'
      ? { script: cycle, args: [requests, ...(countsRefusals ? ['count-refusals'] : [])] }
      : requests;
  // One thread: of two cores the load generator takes one and leaves one to what is measured.
  const options = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', script];
  const args = [...options, `http://127.0.0.1:${port}/`, '--', ...given];
  const output = await outputOf(program, args, signal);
  const line = output.split('\n').find((text) => text.startsWith('{"requests"'));
  if (line === undefined) throw new Error(`wrk gave no result. It wrote:\n${output}`);
  return JSON.parse(line) as LoadResult;
}

function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`wrk ended with code ${code}:\n${output}`));
    });
  });
}
