// Which processes a stack has, and how they are called by name.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { memberEnv, planMembers, planPlaces } from '../../src/main/stack-plan.ts';
import { makeSocketDir } from '../../src/main/stack-sockets.ts';
import {
  isDoor,
  type StackMember,
  type StackState,
  selectMembers,
} from '../../src/main/stack-state.ts';

const size = { regions: ['eu', 'us'], workers: 2, replicas: 2, ingests: 1 };
const nothingGiven = { amqp: false, postgres: false };

const services = {
  deals: { command: ['node', 'deals.mjs'], url: 'DEALS_URL' },
  savings: { command: ['python3', 'savings.py'], url: 'SAVINGS_URL' },
  travel: { command: ['node', 'travel.mjs'], url: 'TRAVEL_URL' },
};

function plan(given = nothingGiven, replicas = 2, beside: string[] = []): StackMember[] {
  const places = planPlaces({ ...size, replicas }, given, beside);
  return planMembers(
    places,
    places.map((_, index) => 20_000 + index),
  );
}

function stateOf(members: StackMember[]): StackState {
  return {
    givenEnv: {},
    configFile: '/project/home.config.ts',
    ...{ services, givenServiceUrls: { TRAVEL_URL: 'https://travel.example' } },
    secrets: { postgres: 'p', migrator: 'm', worker: 'w', operator: 'o', inspector: 'i' },
    socketDir: '/sockets',
    amqpUrl: 'amqp://broker',
    postgresUrl: 'postgres://postgres:p@database/postgres',
    members,
  };
}

function envOf(name: string, replicas = 2) {
  const state = stateOf(plan(nothingGiven, replicas));
  const member = state.members.find((candidate) => candidate.name === name) as StackMember;
  const configFile = '/project/beforehand.config.ts';
  return memberEnv(member, { state, dataDir: '/data', directory: '/data/stack', configFile });
}

it('lets nobody log in as the superuser', () => {
  const url = (name: string) => envOf(name).BEFOREHAND_POSTGRES_URL;
  expect(url('worker-1')).toBe('postgres://worker:w@database/postgres');
  expect(url('operator')).toBe('postgres://operator:o@database/postgres');
});

it('has a unit of replica and Nginx for each replica, and a door before them', () => {
  const members = plan();
  expect(members.map(({ name }) => name)).toEqual([
    ...['postgres', 'rabbitmq', 'ingest-1', 'worker-1', 'worker-2', 'operator'],
    ...['replica-eu-1', 'replica-eu-2', 'replica-us-1', 'replica-us-2'],
    ...['nginx-eu-1', 'nginx-eu-2', 'nginx-eu', 'nginx-us-1', 'nginx-us-2', 'nginx-us'],
  ]);
  expect(new Set(members.map(({ port }) => port)).size).toBe(members.length);
});

it.each([
  [1, 'nginx'],
  [2, 'balancer'],
])('has one door for each region: of %i unit(s), its %s', (replicas, kind) => {
  const doors = plan(nothingGiven, replicas).filter(isDoor);
  expect(doors.map((door) => [door.name, door.kind])).toEqual([
    ['nginx-eu', kind],
    ['nginx-us', kind],
  ]);
});

it('tells a replica and the Nginx of its unit the same, and other units something else', () => {
  const told = ['SOCKET', 'POSITIONS_DIR', 'JWKS_FILE', 'TOKEN_ISSUER', 'TOKEN_AUDIENCE'];
  const of = (name: string, replicas: number) =>
    Object.entries(envOf(name, replicas)).filter(([key]) => told.some((end) => key.endsWith(end)));
  expect(of('replica-eu-2', 2)).toHaveLength(told.length);
  expect(of('nginx-eu-2', 2)).toEqual(of('replica-eu-2', 2));
  expect(of('nginx-eu', 1)).toEqual(of('replica-eu-1', 1));
  expect(of('nginx-eu-1', 2)).not.toEqual(of('nginx-eu-2', 2));
});

it('tells an ingest whose tokens to take, as it tells replicas', () => {
  const told = ['JWKS_FILE', 'TOKEN_ISSUER', 'TOKEN_AUDIENCE'].map((end) => `BEFOREHAND_${end}`);
  const of = (name: string) => told.map((variable) => envOf(name)[variable]);
  expect(of('ingest-1')).toEqual(of('replica-eu-1'));
  expect(of('ingest-1')).not.toContain(undefined);
});

it('leaves the bound on each address to whoever sees the addresses', () => {
  const bound = 'BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS';
  expect(envOf('nginx-eu-1', 2)).toHaveProperty(bound);
  expect(envOf('nginx-eu', 2)).not.toHaveProperty(bound);
  expect(envOf('nginx-eu', 1)).not.toHaveProperty(bound);
});

it('refuses regions of which two processes would have the same name', () => {
  const regions = ['eu', 'eu-1'];
  expect(() => planPlaces({ ...size, regions }, nothingGiven)).toThrow(/called nginx-eu-1/);
});

it('has sockets in its own directory, or in a private one where paths would be too long', () => {
  const root = mkdtempSync(join(tmpdir(), 'beforehand-'));
  const near = makeSocketDir(root, ['eu-1.sock']);
  const far = makeSocketDir(join(root, 'x'.repeat(100)), ['eu-1.sock']);
  try {
    expect(near).toBe(join(root, 'sockets'));
    expect(Buffer.byteLength(join(far, 'eu-1.sock'))).toBeLessThan(108);
    expect([near, far].map((directory) => statSync(directory).mode & 0o777)).toEqual([
      0o700, 0o700,
    ]);
  } finally {
    for (const directory of [root, far]) rmSync(directory, { recursive: true });
  }
});

it('tells workers, and nobody else, where the services are', () => {
  const members = plan(nothingGiven, 1, ['deals', 'savings']);
  const [deals, savings] = members.filter(({ kind }) => kind === 'service');
  (savings as StackMember).absent = 'python3 was not found';
  const told = members.map((member) => {
    const at = {
      dataDir: '/data',
      directory: '/data/stack',
      configFile: '/project/home.config.ts',
    };
    const env = memberEnv(member, { state: stateOf(members), ...at });
    return [member.kind, Object.entries(env).filter(([name]) => /^[A-Z]+_URL$/.test(name))];
  });
  const urls = [
    ['DEALS_URL', `http://127.0.0.1:${deals?.port}`],
    ['TRAVEL_URL', 'https://travel.example'],
  ];
  for (const [kind, named] of told) expect(named).toEqual(kind === 'worker' ? urls : []);
});

it('starts no server for which a URL was given', () => {
  const names = plan({ amqp: true, postgres: true }).map(({ name }) => name);
  expect(names).not.toContain('rabbitmq');
  expect(names).not.toContain('postgres');
});

it('gives a replica no way to Postgres', () => {
  const env = envOf('replica-us-2');
  expect(env).toMatchObject({ BEFOREHAND_REGION: 'us', BEFOREHAND_INSTANCE: 'us-2' });
  expect(JSON.stringify(env)).not.toContain('postgres:');
});

it('gives the ingest no way to Postgres, and workers one', () => {
  expect(JSON.stringify(envOf('ingest-1'))).not.toContain('postgres:');
  expect(envOf('worker-1')).toMatchObject({
    BEFOREHAND_POSTGRES_URL: 'postgres://worker:w@database/postgres',
  });
});

it.each([
  ['worker-2', ['worker-2']],
  ['worker', ['worker-1', 'worker-2']],
  ['replica-eu', ['replica-eu-1', 'replica-eu-2']],
  ['nginx-eu', ['nginx-eu']],
  ['balancer', ['nginx-eu', 'nginx-us']],
  ['service', ['service-deals', 'service-travel']],
  ['service-deals', ['service-deals']],
])('selects by "%s"', (selector, names) => {
  const members = plan(nothingGiven, 2, ['deals', 'travel']);
  expect(selectMembers(stateOf(members), selector).map(({ name }) => name)).toEqual(names);
});

it('says what there is when a name selects nothing', () => {
  expect(() => selectMembers(stateOf(plan()), 'work')).toThrow(/called "work".*worker-1, worker-2/);
});
