// A producer that goes on until it is told to stop, and remembers what was accepted.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Containers } from './containers.ts';

/** Posts that are under way at a time. */
const posters = 8;

export function loadProducer({ post, prepare }: Containers) {
  const tickets: string[] = [];
  let [isOver, refused, next] = [false, 0, 0];
  const prefix = `load-${Date.now()}`;

  async function produce(): Promise<void> {
    while (!isOver) {
      next += 1;
      const ticket = await post(`${prefix}-${next}`, `user-${next % 500}`);
      if (ticket !== null) tickets.push(ticket);
      else {
        refused += 1;
        await sleep(20);
      }
    }
  }
  const producing = prepare().then(() => Promise.all(Array.from({ length: posters }, produce)));

  return {
    async untilAccepted(count: number) {
      while (tickets.length < count) await sleep(20);
    },
    refused: () => refused,
    /** Returns the tickets of everything that was accepted. */
    async stop() {
      isOver = true;
      await producing;
      return tickets;
    },
  };
}
