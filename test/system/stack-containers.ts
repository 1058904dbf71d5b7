// RabbitMQ and Postgres of a stack in containers of its own, instead of the stack's private ones.
//
//   TEST_STACK_CONTAINERS=1 npm test -- test/system

import { findFreePort } from '../../src/servers/free-ports.ts';
import { type ServerContainer, serverContainers } from '../docker-servers.ts';

/** By the stack's own name of the member, as if it were one. */
const kinds = {
  rabbitmq: { server: 'amqp', setting: 'BEFOREHAND_AMQP_URL' },
  postgres: { server: 'postgres', setting: 'BEFOREHAND_POSTGRES_URL' },
} as const;

export type StackContainers = {
  /** Resolves with the settings by which the stack finds them. */
  start(): Promise<{ [name: string]: string }>;
  /** Resolves when it is ready again, with all it held; with `false` if none is called so. */
  restart(member: string): Promise<boolean>;
  rabbitmqctl(...args: string[]): Promise<string>;
  /** Of the first process of each. They mean nothing here if the engine is on another machine. */
  pids(): Promise<{ [member: string]: number[] }>;
  /** Suddenly, and with all they hold. */
  kill(): Promise<void>;
};

const stopTimeoutMs = 30_000;

export function createStackContainers(): StackContainers {
  const started = new Map<string, ServerContainer>();
  return {
    async start() {
      const starts = Object.entries(kinds).map(async ([member, { server, setting }]) => {
        const container = await serverContainers[server](await findFreePort());
        started.set(member, container);
        return [setting, container.url];
      });
      return Object.fromEntries(await Promise.all(starts));
    },
    async restart(member) {
      await started.get(member)?.container.restart({ timeout: stopTimeoutMs });
      return started.has(member);
    },
    async rabbitmqctl(...args) {
      const node = started.get('rabbitmq')?.container;
      if (node === undefined) throw new Error('There is no rabbitmqctl.');
      const { exitCode, output } = await node.exec(['rabbitmqctl', ...args]);
      if (exitCode !== 0) throw new Error(`rabbitmqctl ended with ${exitCode}: ${output}`);
      return output;
    },
    async pids() {
      const { getContainerRuntimeClient } = await import('testcontainers');
      const { container: engine } = await getContainerRuntimeClient();
      const named = [...started].map(async ([member, { container }]) => {
        const { State } = await engine.inspect(engine.getById(container.getId()));
        return [member, [State.Pid]];
      });
      return Object.fromEntries(await Promise.all(named));
    },
    async kill() {
      const killed = [...started.values()].map(({ container }) => container.stop());
      started.clear();
      await Promise.all(killed);
    },
  };
}
