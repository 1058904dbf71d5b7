// The real thing for a bench: RabbitMQ, Postgres, ingest, workers, and regions behind Nginx.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signToken } from '../../src/main/sign-token.ts';
import { readState, stackFiles } from '../../src/main/stack-state.ts';
import type { StackSummary } from '../../src/main/stack-summary.ts';
import type { Place } from '../place.ts';

export type Door = {
  region: string;
  url: string;
  port: number;
  /** On tmpfs where there is one. */
  positionsDir: string;
};

export type Edge = {
  place: Place;
  ingestUrl: string;
  producerKey: string;
  postgresUrl: string;
  amqpUrl: string;
  doors: readonly Door[];
  /** The replica's own port, where its metrics and health are. */
  replicaUrlOf(region: string): string;
  /** Of one member as `stack status` names it: `replica-eu-1`, `nginx-eu`, `worker-1`. */
  pidsOf(member: string): readonly number[];
  /** A token that is good for an hour unless said otherwise. */
  tokenOf(user: string, ttlS?: number): Promise<string>;
  /** Runs a command of the stack, such as `restart`, `replica-eu-1`, and resolves with its output. */
  command(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

export type EdgeOptions = {
  /** Settings of all processes by their variables. */
  env?: { readonly [name: string]: string };
  /** Those of the suite `edge` unless given, and with them two regions and one worker. */
  installation?: { configFile: string; regions: readonly string[]; workers: number };
  say: (text: string) => void;
  signal: AbortSignal;
};

const stackEntry = fileURLToPath(new URL('../../src/main/stack.ts', import.meta.url));
const ofSuite = {
  configFile: fileURLToPath(new URL('./generators/config.ts', import.meta.url)),
  ...{ regions: ['eu', 'us'], workers: 1 },
};
const run = promisify(execFile);

/** Resolves when all is ready. The place ends its processes if the bench itself is killed. */
export async function openEdge(place: Place, options: EdgeOptions): Promise<Edge> {
  const dataDir = join(place.directory, 'edge');
  const files = stackFiles(dataDir);
  const { configFile, regions, workers } = options.installation ?? ofSuite;
  const positionsDirs = new Map(regions.map((region) => [region, onMemory(place, files, region)]));
  // Nothing of the caller's own settings: what is measured must not depend on them.
  const { PATH, HOME, LANG } = process.env;
  const env = {
    ...{ PATH, HOME, LANG, NODE_ENV: 'production', ...options.env },
    ...{ BEFOREHAND_DATA_DIR: dataDir, BEFOREHAND_CONFIG: configFile },
  };
  const command = async (args: readonly string[], signal?: AbortSignal) => {
    const nodeArgs = ['--import', 'tsx', stackEntry, ...args];
    const { stdout } = await run(process.execPath, nodeArgs, { env, ...(signal && { signal }) });
    for (const { pid } of membersOf(files.state).flatMap(({ processes }) => processes)) {
      place.onSpawn(pid);
    }
    return stdout;
  };
  const names = regions.join(',');
  options.say(`Starting RabbitMQ, Postgres, an ingest, ${workers} worker(s), regions ${names}…`);
  await command(['up', '--regions', names, '--workers', String(workers)], options.signal);
  const summary = JSON.parse(readFileSync(files.summary, 'utf8')) as StackSummary;
  const member = (name: string) => {
    const found = membersOf(files.state).find((it) => it.name === name);
    if (found === undefined) throw new Error(`The stack has no ${name}.`);
    return found;
  };
  return {
    ...{ place, ingestUrl: summary.ingest, producerKey: summary.producerKey },
    ...{ postgresUrl: summary.postgres, amqpUrl: summary.amqp },
    doors: regions.map((region) => ({
      region,
      url: summary.regions[region] as string,
      port: member(`nginx-${region}`).port,
      positionsDir: positionsDirs.get(region) as string,
    })),
    replicaUrlOf: (region) => `http://127.0.0.1:${member(`replica-${region}-1`).port}`,
    pidsOf: (name) => member(name).processes.map(({ pid }) => pid),
    tokenOf: (user, ttlS = 3_600) => signToken(summary, { user, ttlS }),
    command: (...args) => command(args),
    stop: async () => void (await command(['down'])),
  };
}

function membersOf(stateFile: string) {
  return readState(stateFile)?.members ?? [];
}

/**
 * Links to memory stand where a region's positions and verdicts will be, and nothing else is there:
 * broker, database and the replica's documents write to the disk, as they would. Returns the
 * directory of the positions.
 */
function onMemory(place: Place, { directory }: { directory: string }, region: string): string {
  const link = (target: string, path: string) => {
    mkdirSync(target);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
    return target;
  };
  const memory = (name: string) => join(place.memoryDirectory, `${name}-${region}`);
  link(memory('verdicts'), join(directory, `nginx-${region}`, 'verdicts'));
  return link(memory('positions'), join(directory, `replica-${region}-1`, 'positions'));
}
