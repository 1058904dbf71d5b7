// How much waits in each queue, and how many read from it: asked once, for people.

import { connect } from 'amqplib';

export type QueueDepth = {
  name: string;
  /** Ready to be delivered; `null`: there is no such queue. */
  messages: number | null;
  consumers: number;
};

/** Rejects when the broker cannot be reached. A queue that is not there is told as such. */
export async function readQueueDepths(
  url: string,
  names: readonly string[],
  timeoutMs: number,
): Promise<QueueDepth[]> {
  const connection = await connect(url, { timeout: timeoutMs });
  connection.on('error', () => {});
  try {
    const depths: QueueDepth[] = [];
    for (const name of names) {
      // Asking for one that is not there ends the channel.
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      const asked = channel.checkQueue(name).catch((error: { code?: number }) => {
        if (error.code !== 404) throw error;
        return null;
      });
      const found = await asked;
      const { messageCount: messages, consumerCount: consumers } = found ?? {
        ...{ messageCount: null, consumerCount: 0 },
      };
      depths.push({ name, messages, consumers });
      if (found !== null) await channel.close();
    }
    return depths;
  } finally {
    await connection.close();
  }
}
