// A corner of the test broker for one test file: names of its own, deleted with all queues.

import { randomBytes } from 'node:crypto';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { inject } from 'vitest';
import type { Observation } from '../src/domain/observation.ts';
import { type Broker, type BrokerOptions, openBroker } from '../src/wire/broker.ts';
import { createTopology, type LaneLimits } from '../src/wire/topology.ts';

export type BrokerNamespace = {
  /** Of the broker itself. */
  url: string;
  topology: ReturnType<typeof createTopology>;
  /** A broker in this namespace; what it observes is added to `observations`. */
  open(options?: Partial<BrokerOptions>): Broker;
  observations: Observation[];
  /** How often something of this kind was observed. */
  observed(kind: Observation['kind']): number;
  /** For what an operator may do to the queues. */
  operator: Channel;
  messagesIn(queue: string): Promise<number>;
  deleteReplicaQueues(): Promise<void>;
  /** Closes every broker that was opened. */
  closeBrokers(): Promise<void>;
  drop(): Promise<void>;
};

/** `replicas` are those whose queues the tests make. */
export async function openBrokerNamespace(
  replicas: readonly { region: string; instance: string }[] = [],
): Promise<BrokerNamespace> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const topology = createTopology(namespace);
  const observations: Observation[] = [];
  const brokers: Broker[] = [];
  const model: ChannelModel = await connect(inject('amqpUrl'));
  const operator = await model.createChannel();

  async function closeBrokers(): Promise<void> {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  }

  async function deleteReplicaQueues(): Promise<void> {
    const own = replicas.flatMap((it) => Object.values(topology.replicaQueues(it, anyLimits)));
    for (const { name } of own) await operator.deleteQueue(name);
  }

  return {
    url: inject('amqpUrl'),
    topology,
    observations,
    observed: (kind) => observations.filter((it) => it.kind === kind).length,
    operator,
    open(options = {}) {
      const broker = openBroker({
        url: inject('amqpUrl'),
        role: 'test',
        namespace,
        observe: (observation) => observations.push(observation),
        heartbeatS: 10,
        connectTimeoutMs: 5_000,
        maxRetryPauseMs: 100,
        redeliveryDelayMs: 1,
        silentChannelMs: 30_000,
        maxInFlight: 1_000,
        maxInFlightBytes: 64 * 1024 * 1024,
        ...options,
      });
      brokers.push(broker);
      return broker;
    },
    async messagesIn(queue) {
      return (await operator.checkQueue(queue)).messageCount;
    },
    deleteReplicaQueues,
    closeBrokers,
    async drop() {
      await closeBrokers();
      await deleteReplicaQueues();
      for (const { name } of topology.declared) await operator.deleteQueue(name);
      for (const name of Object.values(topology.exchanges)) await operator.deleteExchange(name);
      await model.close();
    },
  };
}

/** Names of queues do not depend on their limits. */
const anyLimits: LaneLimits = { maxMessages: 1, maxBytes: 1 };
