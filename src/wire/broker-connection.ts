// One connection to RabbitMQ that is always there again.

import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { describeError } from '../domain/errors.ts';
import type { Observe } from '../domain/observation.ts';
import { writeOncePerTurn } from './broker-cork.ts';
import {
  goodbyeMs,
  prepared,
  type Session,
  type Supervised,
  supervise,
} from './broker-supervisor.ts';

export type ConnectionOptions = {
  /** amqp:// or amqps://, with user, password and virtual host. */
  url: string;
  /** RabbitMQ ends a connection that was silent for twice this long, and so do we. */
  heartbeatS: number;
  connectTimeoutMs: number;
  maxRetryPauseMs: number;
  observe: Observe;
};

export type Connection = Supervised<ChannelModel> & {
  /** Why the broker takes no messages now (a memory or disk alarm), or `null` when it does. */
  blockedBy(): string | null;
};

/** `name` is what the management UI shows. */
export function keepConnection(name: string, options: ConnectionOptions): Connection {
  const { observe } = options;
  let blockedBy: string | null = null;

  async function open(): Promise<Session<ChannelModel>> {
    const model = await connect(addressOf(options), {
      // Without it a confirm takes 44 ms instead of 0.7: Nagle waits for the delayed TCP ack.
      noDelay: true,
      keepAlive: true,
      timeout: options.connectTimeoutMs,
      clientProperties: { connection_name: name },
    });
    writeOncePerTurn(model);
    blockedBy = null;
    model.on('blocked', (reason) => {
      blockedBy = reason;
      observe({ kind: 'broker_blocked', connection: name, reason });
    });
    model.on('unblocked', () => {
      blockedBy = null;
      observe({ kind: 'broker_unblocked', connection: name });
    });
    // A connection that ended before anyone listened would tell nobody: use it once to be sure.
    return prepared(sessionOf(model), async () => {
      await sessionOf(await model.createChannel()).close();
    });
  }

  const connection = supervise({
    open,
    onOpened: (tookMs) => observe({ kind: 'broker_connected', connection: name, tookMs }),
    onLost: (error) =>
      observe({ kind: 'broker_lost', connection: name, error: describeError(error) }),
    maxPauseMs: options.maxRetryPauseMs,
  });
  return { ...connection, blockedBy: () => blockedBy };
}

/** Watches a connection or a channel; both end with `close`, after an `error` if there was one. */
export function sessionOf<Value extends ChannelModel | Channel>(value: Value): Session<Value> {
  const emitter: EventEmitter = value;
  let end: (error: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  let lastError: unknown = null;
  emitter.on('error', (error: unknown) => {
    lastError = error;
  });
  emitter.once('close', (error: unknown) => end(lastError ?? error ?? 'closed'));

  async function sayGoodbye(reason: string): Promise<void> {
    lastError ??= reason;
    // close() of what has ended already throws, and that is all right.
    const goodbye = (async () => value.close())().catch(() => {});
    const patience = new AbortController();
    await Promise.race([goodbye, ended, sleep(goodbyeMs, null, { signal: patience.signal })]);
    patience.abort();
    end(reason);
  }

  let closing: Promise<void> | null = null;
  return {
    value,
    ended,
    close(reason = 'closed') {
      closing ??= sayGoodbye(reason);
      return closing;
    },
  };
}

/** amqplib takes the heartbeat from the address only. */
function addressOf({ url, heartbeatS }: ConnectionOptions): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) {
    address.searchParams.set('heartbeat', String(heartbeatS));
  }
  return address.href;
}
