// A private RabbitMQ node on the loopback address, with an Erlang port mapper of its own.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, startChild, waitUntilReady } from './child-process.ts';
import { findFreePorts } from './free-ports.ts';
import { portAnswers } from './port-answers.ts';
import type { RabbitmqPrograms } from './programs.ts';
import { type RunningProcess, stopProcess } from './running-process.ts';

export type RabbitmqOptions = {
  /** Holds everything of the node. Started again on it, the node has its queues and its account. */
  directory: string;
  programs: RabbitmqPrograms;
  logFile: string;
  /** For AMQP; a free one unless given. */
  port?: number;
  onSpawn?: (pid: number) => void;
};

export type RabbitmqServer = {
  /** With user and password. */
  readonly url: string;
  readonly port: number;
  readonly processes: RabbitmqProcesses;
  /** What `rabbitmqctl` needs in its environment to talk to this node. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

export type RabbitmqProcesses = { readonly node: RunningProcess; readonly epmd: RunningProcess };

/** Erlang loads thousands of modules: 5 to 8 s were measured on 2 cores, more beside other work. */
const readyTimeoutMs = 120_000;
const stopTimeoutMs = 30_000;

/** Resolves when it accepts connections. */
export async function startRabbitmqServer(options: RabbitmqOptions): Promise<RabbitmqServer> {
  const [freePort, distributionPort, epmdPort] = (await findFreePorts(3)) as [
    number,
    number,
    number,
  ];
  const port = options.port ?? freePort;
  const account = prepareDirectory(options.directory, port);
  const env = nodeEnv(options.directory, { port, distributionPort, epmdPort });
  const epmd = await spawnEpmd(options, env, epmdPort);
  const processes = {
    epmd: epmd.process,
    node: await spawnNode(options, env).catch(async (error) => {
      await stopProcess(epmd.process, { signal: 'SIGTERM', killAfterMs: stopTimeoutMs });
      throw error;
    }),
  };
  return {
    url: `amqp://${account.user}:${account.password}@127.0.0.1:${port}`,
    port,
    processes,
    env,
    stop: () => stopRabbitmq(processes),
  };
}

/** The node leaves its port mapper last, so that goes after it. */
export async function stopRabbitmq({ node, epmd }: RabbitmqProcesses): Promise<void> {
  // The group, because the node is an Erlang machine below a shell.
  await stopProcess(node, { signal: 'SIGTERM', killAfterMs: stopTimeoutMs, signalsGroup: true });
  await stopProcess(epmd, { signal: 'SIGTERM', killAfterMs: stopTimeoutMs });
}

type Account = { user: string; password: string };

function prepareDirectory(directory: string, port: number): Account {
  // Queues are files, and what is in them is for nobody else on this machine.
  const mode = 0o700;
  for (const name of ['mnesia', 'log']) {
    mkdirSync(join(directory, name), { recursive: true, mode });
  }
  const account = keep(join(directory, 'account.json'), () =>
    JSON.stringify({ user: 'beforehand', password: randomBytes(18).toString('base64url') }),
  );
  // Erlang refuses a cookie that others can read.
  keep(join(directory, '.erlang.cookie'), () => randomBytes(18).toString('hex'));
  const { user, password } = JSON.parse(account) as Account;
  writeFileSync(join(directory, 'enabled_plugins'), '[].\n');
  writeFileSync(join(directory, 'rabbitmq.conf'), nodeConfig(port, { user, password }), {
    mode: 0o600,
  });
  return { user, password };
}

function keep(file: string, make: () => string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o400 });
  return readFileSync(file, 'utf8');
}

/**
 * Whatever quorum queues are given stays in memory until its log file is full, and with RabbitMQ's
 * 512 MiB a node that has little to do still grows by more than that.
 */
export const boundedLog = `raft.wal_max_size_bytes = ${64 * 1024 ** 2}`;

/** The account takes the place of `guest` when the node starts for the first time. */
function nodeConfig(port: number, { user, password }: Account): string {
  return [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    'log.console = true',
    'log.console.level = info',
    'log.file = false',
    // RabbitMQ's 50 MB are too few for its write-ahead logs, and more than this blocks small disks.
    'disk_free_limit.absolute = 256MB',
    boundedLog,
    '',
  ].join('\n');
}

function nodeEnv(
  directory: string,
  ports: { port: number; distributionPort: number; epmdPort: number },
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: directory,
    RABBITMQ_NODENAME: 'beforehand@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.port),
    RABBITMQ_DIST_PORT: String(ports.distributionPort),
    ERL_EPMD_PORT: String(ports.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'node.pid'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(directory, 'mnesia'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    // The node's own traffic stays on the loopback address, and idle schedulers do not spin.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
  };
}

/** In the foreground: the daemon that a node would start by itself has a pid nobody knows. */
async function spawnEpmd(
  options: RabbitmqOptions,
  env: NodeJS.ProcessEnv,
  epmdPort: number,
): Promise<Child> {
  const child = await startChild({
    name: 'epmd',
    command: options.programs.epmd,
    args: ['-port', String(epmdPort), '-address', '127.0.0.1'],
    env,
    cwd: options.directory,
    logFile: options.logFile,
    onSpawn: options.onSpawn,
  });
  await waitUntilReady('epmd', child, {
    isReady: () => portAnswers(epmdPort),
    timeoutMs: readyTimeoutMs,
  });
  return child;
}

async function spawnNode(
  options: RabbitmqOptions,
  env: NodeJS.ProcessEnv,
): Promise<RunningProcess> {
  const child = await startChild({
    name: 'rabbitmq',
    command: options.programs.server,
    args: [],
    env,
    cwd: options.directory,
    logFile: options.logFile,
    onSpawn: options.onSpawn,
  });
  await waitUntilReady('rabbitmq', child, {
    isReady: () => /completed with \d+ plugins/.test(child.output()),
    timeoutMs: readyTimeoutMs,
  }).catch(async (error) => {
    await stopProcess(child.process, { signal: 'SIGKILL', killAfterMs: 0, signalsGroup: true });
    throw error;
  });
  return child.process;
}
