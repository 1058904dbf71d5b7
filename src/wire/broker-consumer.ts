// Consumes queues for as long as the process wants to, whatever happens to channels and queues.

import assert from 'node:assert';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import type { Running } from '../domain/ports.ts';
import { type Connection, sessionOf } from './broker-connection.ts';
import { declareOwnQueues } from './broker-queues.ts';
import { goodbyeMs, prepared, type Session, supervise } from './broker-supervisor.ts';
import type { QueueSpec } from './topology.ts';

export type Delivery = {
  /** How often the message was delivered before. */
  deliveryCount: number;
  /** Why the broker moved the message here from another queue, such as `maxlen`. */
  deathReason: string | null;
};

export type Subscription = {
  queue: string;
  /** Messages being handled at the same time. */
  prefetch: number;
  /**
   * Takes a message for what it is, or throws: then it goes to the dead letters. Returns what
   * handles it; the message is removed once that has resolved, and delivered again after a pause
   * if it rejects, until the delivery limit of the queue. `key` is what it was published with, which
   * a broker that has a user for each region holds against who that is.
   */
  open(body: Buffer, key: string): (delivery: Delivery) => Promise<void>;
};

export type Consumption = {
  purpose: string;
  subscriptions: readonly Subscription[];
  /** Queues of this process alone, to be declared before. */
  own?: readonly QueueSpec[];
  /** Called whenever the own queues are declared, before the first of their messages. */
  onBound?(binding: { wereKept: boolean }): void;
};

export type ConsumerOptions = { redeliveryDelayMs: number; maxRetryPauseMs: number };

export function createConsumer(
  deps: {
    connection: Connection;
    /** Makes sure that what is common to all processes is there. */
    declare: (channel: Channel) => Promise<void>;
    options: ConsumerOptions;
    observe: Observe;
  },
  consumption: Consumption,
): Running {
  const { connection, declare, options, observe } = deps;
  const { purpose, subscriptions, own = [], onBound } = consumption;
  for (const { prefetch } of subscriptions) {
    assert(prefetch >= 1 && prefetch <= 65_535, 'To the broker a prefetch of 0 means no limit.');
  }
  const stopping = forMany();
  const handling = new Set<Promise<void>>();
  // Stays true until the owner was told, even if this takes several attempts.
  let isAnyQueueNew = false;

  async function bindOwn(model: ChannelModel): Promise<void> {
    await declareOwnQueues(model, own, () => {
      isAnyQueueNew = true;
    });
    if (!stopping.signal.aborted) onBound?.({ wereKept: !isAnyQueueNew });
    isAnyQueueNew = false;
  }

  async function open(signal: AbortSignal): Promise<Session<Channel>> {
    const model = await connection.whenOpen(signal);
    const tags: string[] = [];
    const session = sessionOf(await model.createChannel());
    const close = (reason?: string) => drain(session, tags, reason);
    await prepared(session, async (channel) => {
      await declare(channel);
      await bindOwn(model);
      for (const subscription of subscriptions) {
        await channel.prefetch(subscription.prefetch); // Of each consumer that follows.
        const { consumerTag } = await channel.consume(subscription.queue, (message) => {
          // What the broker sent before it heard of our stop goes back when the channel closes.
          if (stopping.signal.aborted) return;
          if (message !== null) track(handle(channel, subscription, message));
          else void close(`The broker canceled the consumer of ${subscription.queue}.`);
        });
        tags.push(consumerTag);
      }
    });
    return { ...session, close };
  }

  /** Takes nothing new, waits for what was begun, and only then lets go of the channel. */
  async function drain(session: Session<Channel>, tags: readonly string[], reason?: string) {
    const canceled = Promise.allSettled(tags.map(async (tag) => session.value.cancel(tag)));
    await Promise.race([canceled, sleep(goodbyeMs, undefined, { ref: false })]);
    await Promise.all(handling);
    await session.close(reason);
  }

  function track(handled: Promise<void>): void {
    handling.add(handled);
    void handled.finally(() => handling.delete(handled));
  }

  /** Never rejects. */
  async function handle(channel: Channel, subscription: Subscription, message: ConsumeMessage) {
    let run: (delivery: Delivery) => Promise<void>;
    try {
      run = subscription.open(message.content, message.fields.routingKey);
    } catch (error) {
      const { queue } = subscription;
      observe({ kind: 'message_refused', queue, error: describeError(error) });
      return settle(() => channel.reject(message, false));
    }
    try {
      await run(deliveryOf(message));
    } catch {
      // Without a pause a handler that cannot work now would use up the delivery limit at once.
      const { signal } = stopping;
      await sleep(options.redeliveryDelayMs, undefined, { signal }).catch(() => {});
      return settle(() => channel.reject(message, true));
    }
    settle(() => channel.ack(message));
  }

  const channels = supervise({
    open,
    onLost: (error) => observe({ kind: 'channel_lost', purpose, error: describeError(error) }),
    maxPauseMs: options.maxRetryPauseMs,
  });

  return {
    async stop() {
      stopping.abort();
      await channels.close();
      await Promise.all(handling);
    },
  };
}

/** As many may sleep at a time as are handled: no leak, whatever Node's default bound says. */
function forMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** On a channel that has ended nothing can be settled: the broker delivers the message again. */
function settle(operation: () => void): void {
  try {
    operation();
  } catch {
    // IllegalOperationError, see above.
  }
}

function deliveryOf(message: ConsumeMessage): Delivery {
  const { headers } = message.properties;
  const count = Number(headers?.['x-delivery-count'] ?? 0);
  return {
    deliveryCount: Math.max(count, message.fields.redelivered ? 1 : 0),
    deathReason: headers?.['x-first-death-reason'] ?? null,
  };
}
