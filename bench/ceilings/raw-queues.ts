// Quorum queues of the bench's own behind a topic exchange of its own, as the platform has them.

import { type Channel, type ChannelModel, connect } from 'amqplib';
import { writeOncePerTurn } from '../../src/wire/broker-cork.ts';

export type RawQueues = { amqpUrl: string; exchange: string; queues: readonly string[] };

export async function openConnection(amqpUrl: string): Promise<ChannelModel> {
  const model = await connect(amqpUrl, { noDelay: true });
  writeOncePerTurn(model);
  return model;
}

export async function declareQueues(channel: Channel, raw: RawQueues): Promise<void> {
  await channel.assertExchange(raw.exchange, 'topic', { durable: true });
  for (const queue of raw.queues) {
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });
    await channel.bindQueue(queue, raw.exchange, 'interactive.#');
  }
}

export async function deleteQueues(raw: RawQueues): Promise<void> {
  const model = await openConnection(raw.amqpUrl);
  const channel = await model.createChannel();
  for (const queue of raw.queues) await channel.deleteQueue(queue);
  await channel.deleteExchange(raw.exchange);
  await model.close();
}
