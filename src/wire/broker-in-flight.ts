// Messages on their way to the broker: each ends with its confirm, with its deadline or with its
// channel, and there are never more than the limits say.

import { Failure } from '../domain/errors.ts';

export type InFlightLimits = {
  /** Messages whose confirm is outstanding. More are refused, never buffered. */
  maxInFlight: number;
  maxInFlightBytes: number;
};

/** Called once with what the broker said: `null` for a confirm, else an error. */
export type Confirm = (error: unknown) => void;

export type InFlight = {
  isFull(nextBytes: number): boolean;
  /** Resolves once the message that `publish` sends under the id it is given is confirmed. */
  send(
    message: { bytes: number; deadlineMs: number },
    publish: (id: string, confirm: Confirm) => void,
  ): Promise<void>;
  /** The broker has sent the message back, because no queue wants its key. */
  returned(id: string, key: string): void;
  /** Ends the wait for what is in flight now, as its deadline would. */
  giveUpAll(): void;
  /** When the eldest message without a confirm was sent, on the monotonic clock; `null`: none. */
  oldestSentAtMs(): number | null;
  /** Resolves when nobody waits for a confirm. */
  idle(): Promise<void>;
};

type Entry = {
  bytes: number;
  sentAtMs: number;
  returnedKey: string | null;
  /** Whoever waits is told that there was no confirm. */
  giveUp: () => void;
};

export function createInFlight(limits: InFlightLimits): InFlight {
  const entries = new Map<string, Entry>();
  const waiting = new Set<Promise<void>>();
  let bytes = 0;
  let lastId = 0;

  function begin(entry: Entry): string {
    const id = String(++lastId);
    entries.set(id, entry);
    bytes += entry.bytes;
    return id;
  }

  function end(id: string, entry: Entry, error: unknown): Failure | null {
    entries.delete(id);
    bytes -= entry.bytes;
    if (error) return unavailable('The broker did not take the message.', error);
    if (entry.returnedKey === null) return null;
    return unavailable(`No queue takes messages with the key "${entry.returnedKey}".`);
  }

  return {
    isFull: (nextBytes) =>
      entries.size >= limits.maxInFlight || bytes + nextBytes > limits.maxInFlightBytes,
    async send({ bytes, deadlineMs }, publish) {
      const confirmed = new Promise<void>((resolve, reject) => {
        // A late message stays in flight until its channel ends: the broker may be at work on it.
        const giveUp = () => {
          const waitedMs = Math.round(performance.now() - entry.sentAtMs);
          reject(unavailable(`No confirm within ${waitedMs} ms.`));
        };
        const entry: Entry = { bytes, sentAtMs: performance.now(), returnedKey: null, giveUp };
        const id = begin(entry);
        const timer = setTimeout(giveUp, deadlineMs);
        const confirm: Confirm = (error) => {
          clearTimeout(timer);
          const failure = end(id, entry, error);
          if (failure === null) resolve();
          else reject(failure);
        };
        try {
          publish(id, confirm);
        } catch (error) {
          confirm(error);
        }
      });
      const waited = confirmed.catch(() => {}).finally(() => waiting.delete(waited));
      waiting.add(waited);
      await confirmed;
    },
    returned(id, key) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.returnedKey = key;
    },
    giveUpAll() {
      for (const entry of entries.values()) entry.giveUp();
    },
    oldestSentAtMs() {
      // A map keeps the order in which they were sent.
      const [oldest] = entries.values();
      return oldest?.sentAtMs ?? null;
    },
    async idle() {
      await Promise.all(waiting);
    },
  };
}

function unavailable(problem: string, cause?: unknown): Failure {
  return new Failure('unavailable', problem, cause === undefined ? {} : { cause });
}
