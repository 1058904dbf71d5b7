// The queues that a run fills. Nobody consumes them: they are emptied, and counted, after each run.

import { createTopology } from '../../src/wire/topology.ts';
import { openConnection, type RawQueues } from '../ceilings/raw-queues.ts';

export const ingestQueue = createTopology('').queues.prepare.interactive;

export function rivalQueues(amqpUrl: string): RawQueues & { queues: readonly [string] } {
  return { amqpUrl, exchange: 'bench.ingest', queues: ['bench.ingest'] };
}

/** Resolves with how many messages there were. */
export async function emptyQueue(amqpUrl: string, queue: string): Promise<number> {
  const model = await openConnection(amqpUrl);
  try {
    const channel = await model.createChannel();
    return (await channel.purgeQueue(queue)).messageCount;
  } finally {
    await model.close();
  }
}
