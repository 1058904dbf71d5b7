// Which processes a stack has, and how they are called by name.

import { expect, it } from 'vitest';
import { memberEnv, planMembers, planPlaces } from '../../src/main/stack-plan.ts';
import { type StackMember, type StackState, selectMembers } from '../../src/main/stack-state.ts';

const size = { regions: ['eu', 'us'], workers: 2, replicas: 2, ingests: 1 };

function plan(given = { amqp: false, postgres: false }): StackMember[] {
  const places = planPlaces(size, given);
  return planMembers(
    places,
    places.map((_, index) => 20_000 + index),
  );
}

function stateOf(members: StackMember[]): StackState {
  return {
    givenEnv: {},
    secrets: { postgres: 'p', inspector: 'i' },
    amqpUrl: 'amqp://broker',
    postgresUrl: 'postgres://database',
    members,
  };
}

function envOf(name: string) {
  const state = stateOf(plan());
  const member = state.members.find((candidate) => candidate.name === name) as StackMember;
  const configFile = '/project/beforehand.config.ts';
  return memberEnv(member, { state, dataDir: '/data', directory: '/data/stack', configFile });
}

it('has one door for each region and a port of its own for every process', () => {
  const members = plan();
  expect(members.map(({ name }) => name)).toEqual([
    ...['postgres', 'rabbitmq', 'ingest-1', 'worker-1', 'worker-2', 'operator'],
    ...['replica-eu-1', 'replica-eu-2', 'replica-us-1', 'replica-us-2', 'nginx-eu', 'nginx-us'],
  ]);
  expect(new Set(members.map(({ port }) => port)).size).toBe(members.length);
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
  expect(envOf('worker-1')).toMatchObject({ BEFOREHAND_POSTGRES_URL: 'postgres://database' });
});

it.each([
  ['worker-2', ['worker-2']],
  ['worker', ['worker-1', 'worker-2']],
  ['replica-eu', ['replica-eu-1', 'replica-eu-2']],
  ['nginx', ['nginx-eu', 'nginx-us']],
])('selects by "%s"', (selector, names) => {
  expect(selectMembers(stateOf(plan()), selector).map(({ name }) => name)).toEqual(names);
});

it('says what there is when a name selects nothing', () => {
  expect(() => selectMembers(stateOf(plan()), 'work')).toThrow(/called "work".*worker-1, worker-2/);
});
