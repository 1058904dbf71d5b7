// What the stack consists of, kept in a file between one command and the next.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service, Services } from '../domain/config-services.ts';
import type { RunningProcess } from '../servers/running-process.ts';
import type { PostgresSecrets } from './postgres-secrets.ts';
import type { ServiceUrls } from './service-env.ts';

export type MemberKind =
  | 'postgres'
  | 'rabbitmq'
  | 'ingest'
  | 'worker'
  | 'operator'
  | 'replica'
  | 'nginx'
  | 'balancer'
  | 'service';

/** One thing to start and stop. RabbitMQ is two processes, everything else is one. */
export type StackMember = {
  readonly name: string;
  readonly kind: MemberKind;
  readonly region: string | null;
  /** Of a region: which of its units it belongs to, a replica and its Nginx; counted from 1. */
  readonly unit: number | null;
  /** Kept over restarts. */
  readonly port: number;
  /** As of the last start: what it was given beside the environment of the command. */
  env: { readonly [name: string]: string };
  /** In the order in which they were started; none when it is stopped. */
  processes: (RunningProcess & { readonly command: string })[];
  /** Stopped by a command. A member that is not, and does not run, has died. */
  isStopped: boolean;
  /** Of a service that could not be started: why. */
  absent?: string;
};

export type StackState = {
  /** `BEFOREHAND_*` variables that were set when the stack was started. */
  readonly givenEnv: { readonly [name: string]: string };
  /** Absolute: later commands may be run elsewhere. */
  readonly configFile: string;
  readonly services: Services;
  /** Of services that run elsewhere, as set when the stack was started. */
  readonly givenServiceUrls: ServiceUrls;
  readonly secrets: PostgresSecrets;
  /** Directory of the unix sockets between the replicas and their Nginx. */
  readonly socketDir: string;
  /** Empty until the server has started. */
  amqpUrl: string;
  postgresUrl: string;
  /** Whether its configuration has one. */
  hasPage?: boolean;
  readonly members: StackMember[];
};

export type StackFiles = {
  directory: string;
  state: string;
  lock: string;
  /** For whoever drives the stack. */
  summary: string;
  log(name: string): string;
};

export function stackFiles(dataDir: string): StackFiles {
  const directory = join(dataDir, 'stack');
  return {
    directory,
    state: join(directory, 'state.json'),
    lock: join(dataDir, 'stack.lock'),
    summary: join(dataDir, 'stack.json'),
    log: (name) => join(directory, 'logs', `${name}.log`),
  };
}

/** Whether clients of its region come in here. */
export function isDoor({ name, kind, region }: StackMember): boolean {
  return (kind === 'nginx' || kind === 'balancer') && name === `nginx-${region}`;
}

/** The name that the configuration gives to a member of kind `service`, and what it says of it. */
export function serviceOf({ services }: StackState, { name }: StackMember): [string, Service] {
  const own = name.slice('service-'.length);
  const service = services[own];
  if (service === undefined) throw new Error(`The stack has no service ${own}.`);
  return [own, service];
}

/** `null`: there is no stack. */
export function readState(file: string): StackState | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StackState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A member by name (`worker-1`), else all of a kind (`worker`) or beginning (`replica-eu`). */
export function selectMembers(state: StackState, selector: string): StackMember[] {
  const named = state.members.filter(({ name }) => name === selector);
  if (named.length > 0) return named;
  const found = state.members.filter(
    ({ name, kind }) => kind === selector || name.startsWith(`${selector}-`),
  );
  if (found.length > 0) return found;
  const names = state.members.map(({ name }) => name).join(', ');
  throw new Error(`Nothing in the stack is called "${selector}". There are: ${names}.`);
}
