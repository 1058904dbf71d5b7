// Entry: consumes one queue and acknowledges each message, until the empty one that comes last.

import { servePart } from './part.ts';
import { declareQueues, openConnection, type RawQueues } from './raw-queues.ts';

export type ConsumerGiven = RawQueues & {
  /** The one of them that is consumed. */
  queue: string;
};

const prefetch = 200;

await servePart<ConsumerGiven>(async (given) => {
  const model = await openConnection(given.amqpUrl);
  const channel = await model.createChannel();
  await declareQueues(channel, given);
  await channel.prefetch(prefetch);
  return {
    run: () =>
      new Promise((resolve, reject) => {
        const consumed = channel.consume(given.queue, (message) => {
          if (message === null) return reject(new Error('The queue is gone.'));
          channel.ack(message);
          if (message.content.length === 0) resolve();
        });
        consumed.catch(reject);
      }),
    end: () => model.close(),
  };
});
