// The servers of a test run in containers, on machines where a Docker engine answers.

import type { PortWithOptionalBinding, StartedTestContainer } from 'testcontainers';
import { boundedLog } from '../src/servers/rabbitmq-server.ts';
import type { ServerName, StartedServers, TestServer } from './servers.ts';

const images = { amqp: 'rabbitmq:4-management', postgres: 'postgres:17' } as const;

/** An engine that is there answers at once; without one, some of the ways to find it hang. */
const answerWithinMs = 3_000;

/** A node takes seconds to start, more on a machine that is busy with other tests. */
const readyTimeoutMs = 120_000;

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
  const started = await Promise.all(
    wanted.map(async (name) => [name, await serverContainers[name]()] as const),
  );
  return {
    servers: Object.fromEntries(started),
    async stop() {
      await Promise.all(started.map(([, { container }]) => container.stop()));
    },
  };
}

const rabbitmqConfig = '/etc/rabbitmq/conf.d/20-beforehand.conf';

/** Four times a second, as it would be otherwise, it takes the CPU that tests need all the while. */
const postgresHealth = {
  test: ['CMD', 'pg_isready', '--host=localhost', '--username=test', '--dbname=test'] as [
    'CMD',
    ...string[],
  ],
  ...{ interval: 1_000, timeout: 5_000, retries: 100 },
};

export type ServerContainer = TestServer & { container: StartedTestContainer };

/** On a port that was chosen it is also found after a restart; Docker's own choice changes. */
export const serverContainers: {
  [Name in ServerName]: (port?: number) => Promise<ServerContainer>;
} = {
  async amqp(port) {
    const { RabbitMQContainer } = await import('@testcontainers/rabbitmq');
    const container = await new RabbitMQContainer(images.amqp)
      .withExposedPorts(exposed(5672, port))
      .withCopyContentToContainer([{ content: `${boundedLog}\n`, target: rabbitmqConfig }])
      .withStartupTimeout(readyTimeoutMs)
      .start();
    const { host } = new URL(container.getAmqpUrl());
    return { url: `amqp://guest:guest@${host}`, from: `Docker, ${images.amqp}`, container };
  },
  async postgres(port) {
    const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
    const container = await new PostgreSqlContainer(images.postgres)
      .withExposedPorts(exposed(5432, port))
      .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
      .withHealthCheck(postgresHealth)
      .start();
    return { url: container.getConnectionUri(), from: `Docker, ${images.postgres}`, container };
  },
};

function exposed(container: number, host: number | undefined): PortWithOptionalBinding {
  return host === undefined ? container : { container, host };
}
