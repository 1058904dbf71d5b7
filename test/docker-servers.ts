// The servers of a test run in containers, on machines where a Docker engine answers.

import type { ServerName, StartedServers, TestServer } from './servers.ts';

const images = { amqp: 'rabbitmq:4-management', postgres: 'postgres:17' } as const;

/** An engine that is there answers at once; without one, some of the ways to find it hang. */
const answerWithinMs = 3_000;

export async function isDockerThere(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const tooLate = new Promise<null>((resolve) => {
    setTimeout(() => resolve(null), answerWithinMs).unref();
  });
  const client = await Promise.race([getContainerRuntimeClient().catch(() => null), tooLate]);
  return client !== null;
}

/** Testcontainers' own reaper removes them when this process dies, unless it is switched off. */
export async function startContainers(wanted: readonly ServerName[]): Promise<StartedServers> {
  const started = await Promise.all(wanted.map((name) => starters[name]()));
  return {
    servers: Object.fromEntries(started.map((container) => [container.name, container])),
    stop: async () => void (await Promise.all(started.map((container) => container.stop()))),
  };
}

type StartedContainer = TestServer & { name: ServerName; stop(): Promise<unknown> };

const starters: { [Name in ServerName]: () => Promise<StartedContainer> } = {
  async amqp() {
    const { RabbitMQContainer } = await import('@testcontainers/rabbitmq');
    const container = await new RabbitMQContainer(images.amqp).start();
    const { host } = new URL(container.getAmqpUrl());
    return {
      name: 'amqp',
      url: `amqp://guest:guest@${host}`,
      from: `Docker, ${images.amqp}`,
      stop: () => container.stop(),
    };
  },
  async postgres() {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const container = await new PostgreSqlContainer(images.postgres)
      .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
      .start();
    return {
      name: 'postgres',
      url: container.getConnectionUri(),
      from: `Docker, ${images.postgres}`,
      stop: () => container.stop(),
    };
  },
};
