// Which processes a stack of a given size has, and what each is told in its environment.

import { join } from 'node:path';
import { credentialFiles, tokenAudience, tokenIssuer } from './credentials.ts';
import type { StackSize } from './stack-arguments.ts';
import type { MemberKind, StackMember, StackState } from './stack-state.ts';

/** Servers that are not started, because URLs of others were given. */
export type GivenServers = { amqp: boolean; postgres: boolean };

type Place = Pick<StackMember, 'name' | 'kind' | 'region'>;

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

export function planPlaces(
  size: StackSize & { regions: readonly string[] },
  given: GivenServers,
): Place[] {
  return [
    ...(given.postgres ? [] : [place('postgres', 'postgres')]),
    ...(given.amqp ? [] : [place('rabbitmq', 'rabbitmq')]),
    ...numbered('ingest', size.ingests),
    ...numbered('worker', size.workers),
    place('operator', 'operator'),
    ...size.regions.flatMap((region) => numbered('replica', size.replicas, region)),
    ...size.regions.map((region) => place('nginx', `nginx-${region}`, region)),
  ];
}

function place(kind: MemberKind, name: string, region: string | null = null): Place {
  return { kind, name, region };
}

function numbered(kind: MemberKind, count: number, region: string | null = null): Place[] {
  const prefix = region === null ? kind : `${kind}-${region}`;
  return Array.from({ length: count }, (_, index) => place(kind, `${prefix}-${index + 1}`, region));
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
  const database = { BEFOREHAND_POSTGRES_URL: state.postgresUrl };
  switch (member.kind) {
    case 'ingest':
      return {
        ...broker,
        BEFOREHAND_INGEST_PORT: port,
        BEFOREHAND_KEYS_FILE: files.producerKeys,
      };
    case 'worker':
      return { ...broker, ...database, BEFOREHAND_WORKER_PORT: port };
    case 'operator':
      return { ...broker, ...database, BEFOREHAND_OPERATOR_PORT: port };
    case 'replica':
      return {
        ...broker,
        BEFOREHAND_REGION: member.region ?? '',
        // The name behind `replica-`, such as eu-1.
        BEFOREHAND_INSTANCE: member.name.slice('replica-'.length),
        BEFOREHAND_REPLICA_PORT: port,
        BEFOREHAND_REPLICA_DATA_DIR: join(stack.directory, member.name),
        BEFOREHAND_JWKS_FILE: files.jwks,
        BEFOREHAND_TOKEN_ISSUER: tokenIssuer,
        BEFOREHAND_TOKEN_AUDIENCE: tokenAudience,
      };
    default:
      return {};
  }
}
