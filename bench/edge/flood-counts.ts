// What a flood of unknown users may not do: ask the workers more than the rate, or lay down files.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ChannelModel, connect } from 'amqplib';
import { replicaLimits } from '../../src/main/replica-settings.ts';
import { readSettings } from '../../src/main/settings.ts';
import { contentRequestKey, createTopology } from '../../src/wire/topology.ts';
import type { Door } from './open-edge.ts';

export type RequestCount = {
  /** What the region has asked the workers for since it was counted the last time. */
  take(): Promise<number>;
  close(): Promise<void>;
};

/** Counts at the broker: a queue of the bench's own gets a copy of every request. */
export async function countRequests(amqpUrl: string, region: string): Promise<RequestCount> {
  const model: ChannelModel = await connect(amqpUrl);
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, createTopology('').exchanges.edge, contentRequestKey(region));
  return {
    take: async () => (await channel.purgeQueue(queue)).messageCount,
    close: () => model.close(),
  };
}

/** The rate counts from a full second's worth, and goes on until the last read is answered. */
export function mostRequests(tookMs: number): number {
  const { coldRate } = readSettings(replicaLimits, {});
  return Math.ceil(coldRate + (coldRate * tookMs) / 1_000);
}

export function countFiles({ positionsDir }: Door): number {
  const users = join(positionsDir, 'users');
  return readdirSync(users).reduce((sum, shard) => sum + readdirSync(join(users, shard)).length, 0);
}
