// Keeps one thing open: opens it, waits for its end, pauses, opens it again.
//
// amqplib can reconnect a connection by itself, but not a channel that dies alone, and its close()
// leaves an attempt under way behind. One loop for both kinds is less to know than two mechanisms.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something open. */
export type Session<Value> = {
  value: Value;
  /** Resolves, with the error if there was one, when it is open no more, whoever ended it. */
  ended: Promise<unknown>;
  /** Must resolve in bounded time. */
  close(reason?: string): Promise<void>;
};

export type Supervised<Value> = {
  current(): Value | null;
  /** Resolves as soon as it is open; rejects when the signal aborts or `close` is called. */
  whenOpen(signal?: AbortSignal): Promise<Value>;
  /** Ends the session and opens no other. May be called twice. */
  close(): Promise<void>;
};

/** Attempts begin within this time and double, so that a fleet does not return as one herd. */
const firstPauseMs = 100;

/** A broker that does not answer a goodbye is not waited for: its heartbeat ends the socket. */
export const goodbyeMs = 2_000;

/** A session that lasted this long was a good one: the pauses start over. */
const stableMs = 5_000;

export function supervise<Value>(deps: {
  open(signal: AbortSignal): Promise<Session<Value>>;
  onOpened?(tookMs: number): void;
  /** Called for an attempt that failed and for a session that ended, but not after `close`. */
  onLost(error: unknown): void;
  maxPauseMs: number;
}): Supervised<Value> {
  const stopping = new AbortController();
  const opened = new EventTarget();
  let session: Session<Value> | null = null;

  async function runSession(): Promise<unknown> {
    const begunAtMs = performance.now();
    try {
      session = await openUntilAborted(deps.open, stopping.signal);
      // Whoever closed in the moment in which it opened did not see it.
      if (stopping.signal.aborted) await session.close();
      deps.onOpened?.(performance.now() - begunAtMs);
      opened.dispatchEvent(new Event('open'));
      return await session.ended;
    } catch (error) {
      return error;
    } finally {
      session = null;
    }
  }

  async function keepOpen(): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt += 1) {
      const begunAtMs = performance.now();
      const error = await runSession();
      if (stopping.signal.aborted) return;
      deps.onLost(error);
      if (performance.now() - begunAtMs > stableMs) attempt = 0;
      await pause(Math.min(deps.maxPauseMs, firstPauseMs * 2 ** attempt), stopping.signal);
    }
  }

  const running = keepOpen();
  return {
    current: () => session?.value ?? null,
    async whenOpen(signal) {
      while (session === null) {
        const signals = signal === undefined ? [stopping.signal] : [stopping.signal, signal];
        await once(opened, 'open', { signal: AbortSignal.any(signals) });
      }
      return session.value;
    },
    async close() {
      stopping.abort();
      await session?.close();
      await running;
    },
  };
}

/** Makes a session ready for use, or closes it and throws what went wrong. */
export async function prepared<Value>(
  session: Session<Value>,
  prepare: (value: Value) => Promise<unknown>,
): Promise<Session<Value>> {
  try {
    await prepare(session.value);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * Whoever closes waits for what is just opening, so that nothing is open afterwards; a consumer
 * would be given messages still. Not for long: a broker with an alarm opens no channel on a
 * connection that it has blocked, and says nothing. What opens later is closed all the same.
 */
async function openUntilAborted<Value>(
  open: (signal: AbortSignal) => Promise<Session<Value>>,
  signal: AbortSignal,
): Promise<Session<Value>> {
  const opening = open(signal);
  const settled = new AbortController();
  const aborted = once(signal, 'abort', { signal: settled.signal }).then(() => {
    throw signal.reason;
  });
  try {
    return await Promise.race([opening, aborted]);
  } catch (error) {
    if (signal.aborted) await closeOnceOpen(opening);
    throw error;
  } finally {
    settled.abort();
  }
}

async function closeOnceOpen(opening: Promise<Session<unknown>>): Promise<void> {
  const closed = opening.then(
    (session) => session.close(),
    () => {},
  );
  await Promise.race([closed, sleep(goodbyeMs, undefined, { ref: false })]);
}

/** Full jitter: any time up to `maxMs`, shorter when the signal aborts. */
async function pause(maxMs: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.random() * maxMs, undefined, { signal }).catch(() => {});
}
