// The one way to RabbitMQ: everything that knows amqplib is behind this and the broker-* files.

import type { Channel } from 'amqplib';
import type { Observe } from '../domain/observation.ts';
import type { Running } from '../domain/ports.ts';
import { type Connection, type ConnectionOptions, keepConnection } from './broker-connection.ts';
import { type ConsumerOptions, type Consumption, createConsumer } from './broker-consumer.ts';
import { createPublisher, type Outgoing, type PublisherOptions } from './broker-publisher.ts';
import { checkTopology, declareTopology } from './broker-queues.ts';
import { createTopology, type Topology } from './topology.ts';

export type BrokerOptions = ConnectionOptions &
  PublisherOptions &
  ConsumerOptions & {
    /** What the process is, for whoever looks at the broker's connections. */
    role: string;
    /** Set before every name; empty for none. */
    namespace: string;
    /** `own`: what is common was declared by others, and is only looked for. */
    declares?: 'all' | 'own';
    observe: Observe;
  };

export type Broker = {
  topology: Topology;
  /** See Publisher. */
  publish(message: Outgoing): Promise<void>;
  /** Consumes from now until stopped, with or without a broker at this moment. */
  consume(consumption: Consumption): Running;
  /** Resolves once messages can be published. */
  whenConnected(signal?: AbortSignal): Promise<void>;
  canPublish(): boolean;
  /** Whether messages can be published, and consumed if anything is. */
  isConnected(): boolean;
  /** Stops all consuming, then publishing. May be called twice. */
  close(): Promise<void>;
};

/**
 * Returns at once and connects in the background, for as long as it takes. Publishing and consuming
 * have a connection each: RabbitMQ stops reading from one that publishes while it has a memory or
 * disk alarm, and acknowledgements must not be stuck behind that.
 */
export function openBroker(options: BrokerOptions): Broker {
  const { role, namespace, observe } = options;
  const topology = createTopology(namespace);
  const declare = (channel: Channel) =>
    options.declares === 'own'
      ? checkTopology(channel, topology)
      : declareTopology(channel, topology);
  const publishing = keepConnection(`beforehand ${role} publish`, options);
  const publisher = createPublisher({ connection: publishing, declare, options, observe });
  const consumers: Running[] = [];
  let consuming: Connection | null = null;

  return {
    topology,
    publish: publisher.publish,
    consume(consumption) {
      consuming ??= keepConnection(`beforehand ${role} consume`, options);
      const deps = { connection: consuming, declare, options, observe };
      const consumer = createConsumer(deps, consumption);
      consumers.push(consumer);
      return consumer;
    },
    async whenConnected(signal) {
      await publisher.whenOpen(signal);
    },
    canPublish: publisher.isOpen,
    isConnected: () => publisher.isOpen() && (consuming === null || consuming.current() !== null),
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await publisher.close();
      await Promise.all([publishing.close(), consuming?.close()]);
    },
  };
}
