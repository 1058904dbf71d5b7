// Solo mode as a process of its own, for tests that drive it from outside as a person does.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import { findFreePorts } from '../../src/servers/free-ports.ts';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { type CliResult, runCli } from './run-cli.ts';

const entry = fileURLToPath(new URL('../../src/main/solo.ts', import.meta.url));

type Solo = {
  dataDir: string;
  /** What solo.json says. */
  summary: StackSummary;
  /** Runs the command line beside it, with this in its environment, too. */
  cli(args: readonly string[], env?: { readonly [name: string]: string }): Promise<CliResult>;
};

/** Another test may take a port between its choice and its use: then it is tried with others. */
const maxStarts = 3;

/** To be called once in a file. */
export function useSolo(env: { readonly [name: string]: string } = {}): Solo {
  const solo = {} as Solo;
  let child: ChildProcess | undefined;

  async function start(dataDir: string): Promise<boolean> {
    const [ingest, eu, us, operator] = await findFreePorts(4);
    const started = spawn(process.execPath, ['--import', 'tsx', entry], {
      env: {
        // What tests of the platform speak of; home has its own.
        BEFOREHAND_CONFIG: 'beforehand.config.ts',
        ...{ ...process.env, ...env, BEFOREHAND_DATA_DIR: dataDir },
        BEFOREHAND_INGEST_PORT: String(ingest),
        BEFOREHAND_REPLICA_PORTS: `eu=${eu},us=${us}`,
        BEFOREHAND_OPERATOR_PORT: String(operator),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    let output = '';
    started.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const isReady = () => /^ready /m.test(output) || null;
    await vi.waitUntil(() => isReady() ?? started.exitCode !== null, { timeout: 90_000 });
    return isReady() ?? false;
  }

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'beforehand-cli-'));
    let starts = 1;
    while (!(await start(dataDir))) {
      expect(starts, 'starts that ended by themselves').toBeLessThan(maxStarts);
      starts += 1;
    }
    Object.assign(solo, {
      dataDir,
      summary: JSON.parse(readFileSync(join(dataDir, 'solo.json'), 'utf8')),
      cli: (args: readonly string[], more = {}) =>
        runCli(args, {
          ...env,
          BEFOREHAND_DATA_DIR: dataDir,
          BEFOREHAND_POSTGRES_URL: '',
          ...more,
        }),
    });
  }, 120_000);

  afterAll(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    if (solo.dataDir === undefined) return;
    removePostgresCluster(solo.dataDir);
    rmSync(solo.dataDir, { recursive: true, force: true });
  });

  return solo;
}

/** What differs from run to run, replaced by a word for it. */
export function normal(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?Z/g, 'TIME')
    .replace(/ *\b\d+(\.\d+)? (ms|s|min|h)( \d+ (min|s))?\b/g, ' SPAN')
    .replace(/\b\d{16}\b/g, 'STAMP')
    .replace(/\b\d{13}\b/g, 'VERSION')
    .replace(/127\.0\.0\.1:\d+/g, 'ADDRESS')
    .replace(/\b[0-9a-f]{12}\b/g, 'KEY')
    .replace(/(LAST SEEN|SPAN ago) {2,}/g, '$1  ')
    .replace(/ +$/gm, '');
}

/** All that a command said, and how it ended, in one text. */
export function said({ code, stdout, stderr }: CliResult): string {
  return `${normal(stdout)}${stderr === '' ? '' : `! ${normal(stderr)}`}= ${code}`;
}
