// How much waits in queues: asked by declaring them passively, which changes nothing, and which a
// user of the broker may do without any permission.

import type { ChannelModel, Replies } from 'amqplib';
import type { QueueDepth } from '../domain/backlog.ts';
import { Failure } from '../domain/errors.ts';
import { within } from '../domain/within.ts';
import { type ConnectionOptions, keepConnection, sessionOf } from './broker-connection.ts';
import { createTopology } from './topology.ts';

export type QueueWatch = {
  /** Rejects with `unavailable` when the broker does not tell in time. */
  read(): Promise<QueueDepth[]>;
  isConnected(): boolean;
  close(): Promise<void>;
};

const notFound = 404;

/** A broker with an alarm opens no channel on a blocked connection, and says nothing. */
const patienceMs = 3_000;

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

  async function readAll(model: ChannelModel): Promise<QueueDepth[]> {
    const depths: QueueDepth[] = [];
    for (const { name } of specs) {
      const reply = await check(model, name);
      if (reply === null) continue;
      const { messageCount: messages, consumerCount: consumers } = reply;
      depths.push({ queue: withoutNamespace(name, options.namespace), messages, consumers });
    }
    return depths;
  }

  return {
    async read() {
      const model = connection.current();
      if (model === null) throw new Failure('unavailable', 'RabbitMQ is not connected.');
      return within(patienceMs, 'Asking for queues', readAll(model));
    },
    isConnected: () => connection.current() !== null,
    close: connection.close,
  };
}

/** `null`: there is no such queue. A refusal closes its channel, so each question has its own. */
async function check(model: ChannelModel, queue: string): Promise<Replies.AssertQueue | null> {
  const session = sessionOf(await model.createChannel());
  try {
    return await session.value.checkQueue(queue);
  } catch (error) {
    if ((error as { code?: unknown }).code === notFound) return null;
    throw error;
  } finally {
    await session.close();
  }
}

function withoutNamespace(name: string, namespace: string): string {
  return namespace === '' ? name : name.slice(namespace.length + 1);
}
