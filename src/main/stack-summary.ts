// stack.json: what a test, a benchmark or a person needs to drive the stack.

import { loginUrl } from '../outbound/postgres-logins.ts';
import type { Credentials } from './credentials.ts';
import type { ServiceUrls } from './service-env.ts';
import { addressOf, type Stack } from './stack-context.ts';
import { stackServiceUrls } from './stack-services.ts';
import { isDoor, type MemberKind } from './stack-state.ts';

export type StackSummary = {
  /** The first of `ingests`. */
  ingest: string;
  ingests: readonly string[];
  /** The door of each region. */
  regions: { readonly [region: string]: string };
  operator: string;
  /** Where each process of a kind tells what it counts. */
  metrics: { readonly [kind: string]: readonly string[] };
  amqp: string;
  /** Of the superuser, or whom the given server was given with. */
  postgres: string;
  postgresOperator: string;
  inspector: string;
  /** Path of the configuration. */
  config: string;
  services: ServiceUrls;
  /**
   * `supervisor` is there because solo has one; here nobody watches over the processes. A balancer
   * is one more Nginx.
   */
  pids: { readonly [Kind in Exclude<MemberKind, 'balancer'> | 'supervisor']: readonly number[] };
} & Credentials;

const watchedKinds = ['ingest', 'worker', 'replica', 'operator'] as const;

export function summarize({ state }: Stack, credentials: Credentials): StackSummary {
  const of = (kind: MemberKind) => state.members.filter((member) => member.kind === kind);
  const addresses = (kind: MemberKind) => of(kind).map(addressOf);
  const pids = (...kinds: MemberKind[]) =>
    kinds.flatMap(of).flatMap(({ processes }) => processes.map(({ pid }) => pid));
  return {
    ingest: addresses('ingest')[0] ?? '',
    ingests: addresses('ingest'),
    regions: Object.fromEntries(
      state.members.filter(isDoor).map((door) => [door.region ?? '', addressOf(door)]),
    ),
    operator: addresses('operator')[0] ?? '',
    metrics: Object.fromEntries(
      watchedKinds.map((kind) => [kind, addresses(kind).map((url) => `${url}/metrics`)]),
    ),
    amqp: state.amqpUrl,
    postgres: state.postgresUrl,
    postgresOperator: loginUrl(state.postgresUrl, 'operator', state.secrets),
    inspector: loginUrl(state.postgresUrl, 'inspector', state.secrets),
    config: state.configFile,
    services: stackServiceUrls(state),
    producerKey: credentials.producerKey,
    token: credentials.token,
    pids: {
      supervisor: [],
      ingest: pids('ingest'),
      worker: pids('worker'),
      replica: pids('replica'),
      nginx: pids('nginx', 'balancer'),
      operator: pids('operator'),
      rabbitmq: pids('rabbitmq'),
      postgres: pids('postgres'),
      service: pids('service'),
    },
  };
}
