// A private PostgreSQL on the loopback address, made when needed and started on what is there.

import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Child, startChild, waitUntilReady } from './child-process.ts';
import { findFreePort } from './free-ports.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { stopLeftoverPostgres } from './postgres-leftover.ts';
import { type PostgresPlacement, placePostgres } from './postgres-placement.ts';
import { type RunningProcess, stopProcess } from './running-process.ts';
import type { Notice } from './system-packages.ts';

const run = promisify(execFile);
const superuser = 'postgres';

export type PostgresOptions = {
  /** The cluster is, or is found by, `postgres` in this directory. */
  dataDir: string;
  binaries: PostgresBinaries;
  /** Of the user `postgres`. It is set once, when the cluster is made: give the same again. */
  password: string;
  logFile: string;
  /** A free one unless given. */
  port?: number;
  /** Server settings by name, on top of our own. */
  flags?: { readonly [setting: string]: string };
  /** Faster, but nothing survives a crash of the machine: for tests. */
  isThrowaway?: boolean;
  onNotice?: Notice;
  onSpawn?: (pid: number) => void;
};

export type PostgresServer = {
  /** Of the superuser, with the password. */
  readonly url: string;
  readonly port: number;
  readonly process: RunningProcess;
  stop(): Promise<void>;
};

/** How long crash recovery of a large cluster may take before we give up on it. */
const readyTimeoutMs = 120_000;

/** Resolves when it accepts connections. A server that a killed process left there is stopped. */
export async function startPostgresServer(options: PostgresOptions): Promise<PostgresServer> {
  const onNotice = options.onNotice ?? (() => {});
  const placement = await placePostgres({ ...options, onNotice });
  await stopLeftoverPostgres(placement.cluster);
  const isNew = !existsSync(join(placement.cluster, 'PG_VERSION'));
  if (isNew) await createCluster(placement, options.password);
  else requireSameMajor(placement.cluster, options.binaries.version);

  const port = options.port ?? (await findFreePort());
  const child = await spawnPostgres(placement, port, options);
  return {
    url: `postgres://${superuser}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/postgres`,
    port,
    process: child.process,
    stop: () => stopPostgres(child.process, options.isThrowaway),
  };
}

/** Ends sessions and writes a checkpoint; a throwaway server just ends. */
export function stopPostgres(server: RunningProcess, isThrowaway = false): Promise<void> {
  const signal = isThrowaway ? 'SIGQUIT' : 'SIGINT';
  return stopProcess(server, { signal, killAfterMs: 30_000 });
}

/** Made beside its place and then renamed, so that an interrupted initdb leaves no half cluster. */
async function createCluster(placement: PostgresPlacement, password: string): Promise<void> {
  const { cluster, runAs, programs } = placement;
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (runAs !== null) {
      for (const path of [unfinished, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
    }
    await run(
      join(programs, 'initdb'),
      [
        ['--pgdata', unfinished],
        ['--username', superuser],
        ['--pwfile', passwordFile],
        ['--auth', 'scram-sha-256'],
        ['--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
      ].flat(),
      { ...runAs, env: serverEnv(), cwd: unfinished },
    );
    renameSync(unfinished, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(unfinished, { recursive: true, force: true });
  }
}

async function spawnPostgres(
  placement: PostgresPlacement,
  port: number,
  options: PostgresOptions,
): Promise<Child> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...((await hasLz4(placement)) ? { default_toast_compression: 'lz4' } : {}),
    ...(options.isThrowaway
      ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
      : {}),
    ...options.flags,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = await startChild({
    name: 'postgres',
    command: join(placement.programs, 'postgres'),
    args: ['-D', placement.cluster, '-p', String(port), ...flags],
    env: serverEnv(),
    cwd: placement.cluster,
    runAs: placement.runAs,
    logFile: options.logFile,
    onSpawn: options.onSpawn,
  });
  await waitUntilReady('postgres', child, {
    isReady: () => child.output().includes('database system is ready to accept connections'),
    timeoutMs: readyTimeoutMs,
  }).catch(async (error) => {
    await stopPostgres(child.process, true);
    throw error;
  });
  return child;
}

/** Builds differ: Debian's has lz4, which stores 5 kB of JSON in a third of pglz's CPU time. */
async function hasLz4({ programs, cluster, runAs }: PostgresPlacement): Promise<boolean> {
  const setting = 'default_toast_compression';
  try {
    await run(join(programs, 'postgres'), ['-D', cluster, '-C', setting, '-c', `${setting}=lz4`], {
      ...runAs,
      env: serverEnv(),
      cwd: cluster,
    });
    return true;
  } catch {
    return false;
  }
}

function requireSameMajor(cluster: string, version: string): void {
  const major = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (version.split('.')[0] === major) return;
  throw new Error(
    `${cluster} was made by PostgreSQL ${major} and cannot be opened by ${version}. Move the directory away, or use a PostgreSQL ${major}.`,
  );
}

/** Nothing of ours: PG* variables would change what the server and initdb do. */
function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}
