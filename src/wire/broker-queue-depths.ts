// How much waits in queues: asked by declaring them passively, which changes nothing, and which a
// user of the broker may do without any permission.

import { type ChannelModel, connect } from 'amqplib';
import type { QueueDepth } from '../domain/backlog.ts';
import { Failure } from '../domain/errors.ts';
import { within } from '../domain/within.ts';
import { type ConnectionOptions, keepConnection, sessionOf } from './broker-connection.ts';
import { createTopology } from './topology.ts';

export type QueueWatch = {
  /** By names without the namespace. Rejects with `unavailable` when the broker does not tell in time. */
  read(): Promise<QueueDepth[]>;
  isConnected(): boolean;
  close(): Promise<void>;
};

const notFound = 404;

/** A broker with an alarm opens no channel on a blocked connection, and says nothing. */
const patienceMs = 3_000;

/** Asks once, for people. Rejects when the broker cannot be reached. */
export async function readQueueDepths(
  url: string,
  names: readonly string[],
  timeoutMs: number,
): Promise<QueueDepth[]> {
  const session = sessionOf(await connect(url, { timeout: timeoutMs }));
  try {
    return await depthsOf(session.value, names);
  } finally {
    await session.close();
  }
}

/** A content queue is there once its replica was; of others than these `replicas` nothing is told. */
export function watchQueues(
  options: ConnectionOptions & {
    namespace: string;
    replicas: readonly { region: string; instance: string }[];
  },
): QueueWatch {
  const connection = keepConnection('beforehand operator', options);
  const topology = createTopology(options.namespace);
  const limits = { maxMessages: 0, maxBytes: 0 };
  const specs = [
    ...topology.declared,
    ...options.replicas.flatMap((replica) => {
      const { interactive, bulk, pages } = topology.replicaQueues(replica, limits);
      return [interactive, bulk, pages];
    }),
  ];
  const names = specs.map(({ name }) => name);

  return {
    async read() {
      const model = connection.current();
      if (model === null) throw new Failure('unavailable', 'RabbitMQ is not connected.');
      const depths = await within(patienceMs, 'Asking for queues', depthsOf(model, names));
      const { namespace } = options;
      return depths.map((depth) => ({ ...depth, name: withoutNamespace(depth.name, namespace) }));
    },
    isConnected: () => connection.current() !== null,
    close: connection.close,
  };
}

async function depthsOf(model: ChannelModel, names: readonly string[]): Promise<QueueDepth[]> {
  const depths: QueueDepth[] = [];
  for (const name of names) depths.push(await depthOf(model, name));
  return depths;
}

/** A refusal closes its channel, so each question has its own. */
async function depthOf(model: ChannelModel, name: string): Promise<QueueDepth> {
  const session = sessionOf(await model.createChannel());
  try {
    const { messageCount, consumerCount } = await session.value.checkQueue(name);
    return { name, messages: messageCount, consumers: consumerCount };
  } catch (error) {
    if ((error as { code?: unknown }).code !== notFound) throw error;
    return { name, messages: null, consumers: 0 };
  } finally {
    await session.close();
  }
}

function withoutNamespace(name: string, namespace: string): string {
  return namespace === '' ? name : name.slice(namespace.length + 1);
}
