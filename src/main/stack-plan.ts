// Which processes a stack of a given size has, and what each is told in its environment.

import { join } from 'node:path';
import { loginUrl } from '../outbound/postgres-logins.ts';
import { credentialFiles, tokenAudience, tokenIssuer } from './credentials.ts';
import type { StackSize } from './stack-arguments.ts';
import { stackServiceUrls } from './stack-services.ts';
import { isDoor, type MemberKind, type StackMember, type StackState } from './stack-state.ts';

/** Servers that are not started, because URLs of others were given. */
export type GivenServers = { amqp: boolean; postgres: boolean };

type Place = Pick<StackMember, 'name' | 'kind' | 'region' | 'unit'>;

/** In the order in which they are shown. `ports` must hold one for each; more are ignored. */
export function planMembers(places: readonly Place[], ports: readonly number[]): StackMember[] {
  return places.map((place, index) => ({
    ...place,
    port: ports[index] as number,
    env: {},
    processes: [],
    isStopped: true,
  }));
}

/**
 * A region is one or more units, each a replica and the Nginx that serves its positions. The door
 * is the Nginx of its only unit, else a balancer over all of them: `nginx-eu` either way.
 */
export function planPlaces(
  size: StackSize & { regions: readonly string[] },
  given: GivenServers,
  services: readonly string[] = [],
): Place[] {
  const inRegions = (plan: (region: string) => Place[]) => size.regions.flatMap(plan);
  const isBalanced = size.replicas > 1;
  const places = [
    ...(given.postgres ? [] : [place('postgres', 'postgres')]),
    ...(given.amqp ? [] : [place('rabbitmq', 'rabbitmq')]),
    ...services.map((name) => place('service', `service-${name}`)),
    ...numbered('ingest', size.ingests),
    ...numbered('worker', size.workers),
    place('operator', 'operator'),
    ...inRegions((region) => units('replica', region, size.replicas)),
    ...inRegions((region) =>
      isBalanced
        ? [...units('nginx', region, size.replicas), place('balancer', `nginx-${region}`, region)]
        : [place('nginx', `nginx-${region}`, region, 1)],
    ),
  ];
  const names = places.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated === undefined) return places;
  // A unit of `eu` and the door of a region `eu-1` would share a log and a directory.
  throw new Error(`Two processes would be called ${repeated}. Rename a region.`);
}

function place(
  kind: MemberKind,
  name: string,
  region: string | null = null,
  unit: number | null = null,
): Place {
  return { kind, name, region, unit };
}

function numbered(kind: MemberKind, count: number): Place[] {
  return Array.from({ length: count }, (_, index) => place(kind, `${kind}-${index + 1}`));
}

function units(kind: MemberKind, region: string, count: number): Place[] {
  return Array.from({ length: count }, (_, index) =>
    place(kind, `${kind}-${region}-${index + 1}`, region, index + 1),
  );
}

/** The variables by which a process of ours finds its way, the same as in production. */
export function memberEnv(
  member: StackMember,
  stack: { state: StackState; dataDir: string; directory: string; configFile: string },
): { [name: string]: string } {
  const { state } = stack;
  const files = credentialFiles(stack.dataDir);
  const port = String(member.port);
  const broker = { BEFOREHAND_CONFIG: stack.configFile, BEFOREHAND_AMQP_URL: state.amqpUrl };
  const database = (login: 'worker' | 'operator') => ({
    BEFOREHAND_POSTGRES_URL: loginUrl(state.postgresUrl, login, state.secrets),
  });
  switch (member.kind) {
    case 'ingest':
      return {
        ...broker,
        BEFOREHAND_INGEST_PORT: port,
        BEFOREHAND_KEYS_FILE: files.producerKeys,
        ...tokenEnv(stack.dataDir),
      };
    case 'worker':
      return {
        ...{ ...broker, ...database('worker'), BEFOREHAND_WORKER_PORT: port },
        ...stackServiceUrls(state),
      };
    case 'operator':
      return {
        ...{ ...broker, ...database('operator'), BEFOREHAND_OPERATOR_PORT: port },
        BEFOREHAND_OPERATOR_REPLICAS: replicaNames(state.members),
      };
    case 'replica':
      return {
        ...broker,
        ...unitEnv(member, stack),
        BEFOREHAND_REGION: member.region ?? '',
        BEFOREHAND_INSTANCE: instanceOf(member),
        BEFOREHAND_REPLICA_PORT: port,
        BEFOREHAND_REPLICA_DATA_DIR: join(stack.directory, member.name),
      };
    case 'nginx':
      return { ...unitEnv(member, stack), ...behindBalancer(member) };
    default:
      return {};
  }
}

/** As the operator's setting spells them. */
function replicaNames(members: readonly StackMember[]): string {
  const replicas = members.filter(({ kind }) => kind === 'replica');
  return replicas.map((replica) => `${replica.region}/${instanceOf(replica)}`).join(',');
}

/** What a replica and the Nginx of its unit must be told alike. */
function unitEnv(
  member: StackMember,
  stack: { state: StackState; dataDir: string; directory: string },
): { [name: string]: string } {
  const instance = instanceOf(member);
  return {
    BEFOREHAND_REPLICA_SOCKET: join(stack.state.socketDir, socketName(member)),
    BEFOREHAND_POSITIONS_DIR: join(stack.directory, `replica-${instance}`, 'positions'),
    ...tokenEnv(stack.dataDir),
  };
}

/** Whoever verifies clients' tokens does it alike. */
function tokenEnv(dataDir: string): { [name: string]: string } {
  return {
    BEFOREHAND_JWKS_FILE: credentialFiles(dataDir).jwks,
    BEFOREHAND_TOKEN_ISSUER: tokenIssuer,
    BEFOREHAND_TOKEN_AUDIENCE: tokenAudience,
  };
}

/** To a unit every client has its balancer's address, and the balancer is who bounds each of them. */
function behindBalancer(member: StackMember): { [name: string]: string } {
  return isDoor(member) ? {} : { BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: '65535' };
}

/** The name of a unit, such as eu-1. */
function instanceOf({ region, unit }: Place): string {
  return `${region}-${unit}`;
}

function socketName(replica: Place): string {
  return `${instanceOf(replica)}.sock`;
}

export function socketNames(places: readonly Place[]): string[] {
  return places.filter(({ kind }) => kind === 'replica').map(socketName);
}
