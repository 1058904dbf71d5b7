// Declares queues and exchanges on the broker. Declaring what is there already changes nothing.

import type { Channel, ChannelModel } from 'amqplib';
import { sessionOf } from './broker-connection.ts';
import type { QueueSpec, Topology } from './topology.ts';

const notFound = 404;
const preconditionFailed = 406;

export async function declareTopology(channel: Channel, topology: Topology): Promise<void> {
  for (const exchange of Object.values(topology.exchanges)) {
    await channel.assertExchange(exchange, 'topic', { durable: true });
  }
  for (const spec of topology.declared) await declareQueue(channel, spec);
}

/** For whoever may not declare what is common. Rejects, and ends the channel, while any is missing. */
export async function checkTopology(channel: Channel, topology: Topology): Promise<void> {
  for (const exchange of Object.values(topology.exchanges)) await channel.checkExchange(exchange);
  for (const { name } of topology.declared) await channel.checkQueue(name);
}

/**
 * Declares queues that belong to this process alone. One that was declared with other arguments is
 * replaced. `onNew` is called before a queue is made, so that it is known even if that then fails.
 */
export async function declareOwnQueues(
  model: ChannelModel,
  specs: readonly QueueSpec[],
  onNew: () => void,
): Promise<void> {
  for (const spec of specs) {
    const isThere = await succeedsUnless(notFound, model, (it) => it.checkQueue(spec.name));
    if (!isThere) onNew();
    const isEqual = await succeedsUnless(preconditionFailed, model, (it) => declareQueue(it, spec));
    if (isEqual) continue;
    onNew();
    await replaceQueue(model, spec);
  }
}

async function replaceQueue(model: ChannelModel, spec: QueueSpec): Promise<void> {
  const session = sessionOf(await model.createChannel());
  try {
    await session.value.deleteQueue(spec.name);
    await declareQueue(session.value, spec);
  } finally {
    await session.close();
  }
}

async function declareQueue(channel: Channel, spec: QueueSpec): Promise<void> {
  const isLasting = spec.isExclusive !== true;
  await channel.assertQueue(spec.name, {
    ...{ durable: isLasting, exclusive: !isLasting, autoDelete: !isLasting },
    arguments: spec.arguments,
  });
  for (const { exchange, pattern } of spec.bindings) {
    await channel.bindQueue(spec.name, exchange, pattern);
  }
}

/** A refused operation closes its channel, so each gets one of its own. */
async function succeedsUnless(
  code: number,
  model: ChannelModel,
  operation: (channel: Channel) => Promise<unknown>,
): Promise<boolean> {
  const session = sessionOf(await model.createChannel());
  try {
    await operation(session.value);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === code) return false;
    throw error;
  } finally {
    await session.close();
  }
}
