// Starts `npm start`'s entry as a process of its own, for tests and for pictures of the demo.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Credentials } from '../../src/main/credentials.ts';
import type { SoloUrls } from '../../src/main/solo-parts.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';

const solo = fileURLToPath(new URL('../../src/main/solo.ts', import.meta.url));

/** Another test may take a port between its choice and its use: then it is tried with others. */
const maxStarts = 3;

export type SoloSummary = SoloUrls &
  Credentials & {
    regions: { eu: string; us: string };
    inspector: string;
    config: string;
    services: { readonly [variable: string]: string };
    pids: { readonly [kind: string]: readonly number[] };
    metrics: { solo: [string] };
  };

export type SoloProcess = {
  child: ChildProcess;
  /** What it printed when it was ready. */
  output: string;
  summary: SoloSummary;
  /** Resolves with its exit code. */
  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
};

export async function startSolo(
  dataDir: string,
  env: { readonly [name: string]: string } = {},
): Promise<SoloProcess> {
  for (let attempt = 1; attempt <= maxStarts; attempt += 1) {
    const started = await tryToStart(dataDir, env);
    if (started !== null) return started;
  }
  throw new Error(`Solo mode ended by itself ${maxStarts} times.`);
}

/** `null`: it ended by itself. */
async function tryToStart(
  dataDir: string,
  env: { readonly [name: string]: string },
): Promise<SoloProcess | null> {
  const [ingest, eu, us, operator] = await findFreePorts(4);
  const child = spawn(process.execPath, ['--import', 'tsx', solo], {
    env: {
      ...process.env,
      // What tests of the platform speak of; home has its own.
      BEFOREHAND_CONFIG: 'beforehand.config.ts',
      BEFOREHAND_DATA_DIR: dataDir,
      BEFOREHAND_INGEST_PORT: String(ingest),
      BEFOREHAND_REPLICA_PORTS: `eu=${eu},us=${us}`,
      BEFOREHAND_OPERATOR_PORT: String(operator),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text;
    if (/^ready .*\n/m.test(output) && output.endsWith('\n')) break;
  }
  if (!/^ready /m.test(output)) return null;
  child.stdout.resume();
  return {
    ...{ child, output },
    summary: JSON.parse(readFileSync(join(dataDir, 'solo.json'), 'utf8')),
    async stop(signal) {
      child.kill(signal);
      const [code] = await once(child, 'exit');
      return code;
    },
  };
}
