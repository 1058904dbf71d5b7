// Publishes messages one by one and tells the truth about each.
//
// A confirm alone does not mean that a message is in a queue: one that no queue wants is confirmed
// too. Each that must arrive is therefore `mandatory`, and counts as sent with a confirm and no return.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel, ConfirmChannel, Message } from 'amqplib';
import { describeError, Failure } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import { type Connection, sessionOf } from './broker-connection.ts';
import { createInFlight, type InFlightLimits } from './broker-in-flight.ts';
import { endWhenSilent } from './broker-silent-channel.ts';
import { prepared, type Session, type Supervised, supervise } from './broker-supervisor.ts';
import { maxMessageBytes } from './message.ts';

export type Outgoing = {
  /** Empty for the default exchange, whose keys are names of queues. */
  exchange: string;
  key: string;
  body: Buffer;
  /** How long to wait for the broker's word. */
  deadlineMs: number;
  /** Unless `false`, a message that no queue takes is not published. */
  mustBeRouted?: boolean;
};

export type PublisherOptions = InFlightLimits & {
  /** A channel on which a message is unconfirmed for this long is closed and opened again. */
  silentChannelMs: number;
  maxRetryPauseMs: number;
};

export type Publisher = {
  /**
   * Resolves once the message is in every queue that it is routed to. Rejects with `unavailable`
   * otherwise, at the latest at its deadline; it may have arrived all the same. Rejects with
   * `rejected` when it is too large for any queue.
   */
  publish(message: Outgoing): Promise<void>;
  whenOpen: Supervised<ConfirmChannel>['whenOpen'];
  isOpen(): boolean;
  /** Refuses what is new, waits for the confirms of what is under way, then closes. */
  close(): Promise<void>;
};

/**
 * An unroutable message means that a queue is gone, and after this pause all are declared anew. Not
 * at once: a queue that is back within 35 ms of its deletion (RabbitMQ 3.10.8, measured) keeps its
 * consumers without ever canceling them, and they get nothing more.
 */
const redeclarePauseMs = 1_000;

/** A broker that says it has an alarm has stopped reading: what it read before is confirmed by then. */
const blockedGraceMs = 250;

export function createPublisher(deps: {
  connection: Connection;
  /** Makes sure that what is common to all processes is there. */
  declare: (channel: Channel) => Promise<void>;
  options: PublisherOptions;
  observe: Observe;
}): Publisher {
  const { connection, declare, options, observe } = deps;
  const inFlight = createInFlight(options);
  let isClosing = false;

  async function open(signal: AbortSignal): Promise<Session<ConfirmChannel>> {
    const model = await connection.whenOpen(signal);
    const session = sessionOf(await model.createConfirmChannel());
    giveUpWhenBlocked(model, session);
    endWhenSilent(session, {
      oldestSentAtMs: inFlight.oldestSentAtMs,
      isBlocked: () => connection.blockedBy() !== null,
      patienceMs: options.silentChannelMs,
    });
    return prepared(session, (channel) => {
      const redeclare = createRedeclaration(() => declare(channel));
      channel.on('return', ({ properties, fields }: Message) => {
        // RabbitMQ sends the return before the confirm of the same message.
        inFlight.returned(properties.messageId, fields.routingKey);
        redeclare();
      });
      return declare(channel);
    });
  }

  function giveUpWhenBlocked(model: ChannelModel, session: Session<ConfirmChannel>): void {
    const giveUpSoon = () => void setTimeout(inFlight.giveUpAll, blockedGraceMs).unref();
    model.on('blocked', giveUpSoon);
    void session.ended.then(() => model.off('blocked', giveUpSoon));
  }

  const channels = supervise({
    open,
    onLost: (error) =>
      observe({ kind: 'channel_lost', purpose: 'publish', error: describeError(error) }),
    maxPauseMs: options.maxRetryPauseMs,
  });

  function openFor(bytes: number): ConfirmChannel {
    if (bytes > maxMessageBytes) throw new Failure('rejected', `A message has ${bytes} bytes.`);
    const channel = channels.current();
    if (isClosing || channel === null) throw unavailable('No connection to the broker.');
    const reason = connection.blockedBy();
    if (reason !== null) throw unavailable(`The broker takes no messages now: ${reason}.`);
    if (inFlight.isFull(bytes)) throw unavailable('Too many messages wait for their confirm.');
    return channel;
  }

  return {
    async publish({ exchange, key, body, deadlineMs, mustBeRouted = true }) {
      const channel = openFor(body.length);
      await inFlight.send({ bytes: body.length, deadlineMs }, (messageId, confirm) => {
        const properties = { mandatory: mustBeRouted, persistent: true, messageId };
        channel.publish(exchange, key, body, properties, confirm);
      });
    },
    whenOpen: channels.whenOpen,
    isOpen: () => channels.current() !== null && connection.blockedBy() === null,
    async close() {
      isClosing = true;
      await inFlight.idle();
      await channels.close();
    },
  };
}

/** Returns a function that declares again in the background, once at a time. */
function createRedeclaration(declare: () => Promise<void>): () => void {
  let isRunning = false;
  return () => {
    if (isRunning) return;
    isRunning = true;
    void sleep(redeclarePauseMs, undefined, { ref: false })
      .then(declare)
      // The failure has closed the channel, and its supervisor saw that.
      .catch(() => {})
      .finally(() => {
        isRunning = false;
      });
  };
}

function unavailable(problem: string): Failure {
  return new Failure('unavailable', problem);
}
