// A queue in memory that treats its messages as the broker's queues do.

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../domain/ports.ts';

export type MemoryQueue<Message> = {
  /** Messages that wait or are being handled. */
  size(): number;
  /** Messages that wait. */
  waiting(): number;
  push(message: Message): void;
  /** Takes the eldest waiting message away. */
  dropEldest(): void;
  /**
   * Hands messages to `handle`, at most `concurrency` at a time, sharing them with other consumers.
   * One whose handling rejects waits a moment and is delivered again.
   */
  consume(consumer: {
    concurrency: number;
    handle: (message: Message, deliveryCount: number) => Promise<void>;
  }): Running;
};

type Entry<Message> = { message: Message; deliveryCount: number };

type Consumer<Message> = {
  isFree(): boolean;
  take(entry: Entry<Message>): void;
};

export function memoryQueue<Message>(options: {
  redeliveryDelayMs: number;
  /** Takes a message that was delivered again `limit` times; none of them is without end. */
  dead?: { limit: number; take(message: Message): void };
}): MemoryQueue<Message> {
  // A set keeps the order of insertion and forgets its first entry in constant time.
  const waiting = new Set<Entry<Message>>();
  const consumers = new Set<Consumer<Message>>();
  let handled = 0;
  let isDispatching = false;

  /** Later, so that no handler runs inside the call that pushed its message. */
  function dispatch(): void {
    if (isDispatching) return;
    isDispatching = true;
    setImmediate(() => {
      isDispatching = false;
      for (const entry of waiting) {
        const consumer = [...consumers].find((consumer) => consumer.isFree());
        if (consumer === undefined) return;
        // Whoever got a message goes to the end, so that consumers take turns.
        consumers.delete(consumer);
        consumers.add(consumer);
        waiting.delete(entry);
        consumer.take(entry);
      }
    });
  }

  return {
    size: () => waiting.size + handled,
    waiting: () => waiting.size,
    push(message) {
      waiting.add({ message, deliveryCount: 0 });
      dispatch();
    },
    dropEldest() {
      for (const eldest of waiting) return void waiting.delete(eldest);
    },
    consume({ concurrency, handle }) {
      const stopping = new AbortController();
      // As many may sleep at a time as are handled: no leak, whatever Node's default bound says.
      setMaxListeners(0, stopping.signal);
      const handling = new Set<Promise<void>>();

      async function deliver({ message, deliveryCount }: Entry<Message>): Promise<void> {
        handled += 1;
        try {
          await handle(message, deliveryCount);
        } catch {
          const { signal } = stopping;
          await sleep(options.redeliveryDelayMs, undefined, { signal }).catch(() => {});
          if (deliveryCount === options.dead?.limit) options.dead.take(message);
          else waiting.add({ message, deliveryCount: deliveryCount + 1 });
        } finally {
          handled -= 1;
        }
      }

      const consumer: Consumer<Message> = {
        isFree: () => handling.size < concurrency,
        take(entry) {
          const delivered = deliver(entry).finally(() => {
            handling.delete(delivered);
            dispatch();
          });
          handling.add(delivered);
        },
      };
      consumers.add(consumer);
      dispatch();
      return {
        async stop() {
          consumers.delete(consumer);
          stopping.abort();
          await Promise.all(handling);
        },
      };
    },
  };
}
