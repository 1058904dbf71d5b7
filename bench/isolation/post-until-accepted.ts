// A producer that heeds a refusal: it posts the same again later.

import { setTimeout as delay } from 'node:timers/promises';
import { accepted, type Bench } from '../position/run.ts';

/** As the ingest's Retry-After says. */
const retryAfterMs = 1_000;

const overloaded = 503;

/** Resolves with how often it was refused; throws on any other answer than these two. */
export async function postUntilAccepted(
  { producer, options: { signal } }: Bench,
  events: string | readonly string[],
): Promise<number> {
  for (let refusals = 0; ; refusals += 1) {
    const status = await producer.post(events);
    if (status === accepted) return refusals;
    if (status !== overloaded) throw new Error(`The ingest answers ${status}.`);
    await delay(retryAfterMs, undefined, { signal });
  }
}
