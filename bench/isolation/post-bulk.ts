// A backfill: batch after batch in the lane `bulk`, by a producer that waits for its answers.

import { eventOf, type Login } from '../position/login.ts';
import type { Bench } from '../position/run.ts';
import { postUntilAccepted } from './post-until-accepted.ts';

/** Events in one POST. */
export const batch = 100;

/** Few, so that the producer takes no more of the machine than it must. */
export const postsInFlight = 4;

/** Resolves once all are accepted, with how often a POST was refused before it was. */
export async function postBulk(bench: Bench, logins: readonly Login[]): Promise<number> {
  const begins = Array.from({ length: Math.ceil(logins.length / batch) }, (_, at) => at * batch);
  // One for all who post: each takes what the others left.
  const left = begins.values();
  let refusals = 0;
  const postInTurn = async () => {
    for (const begin of left) {
      bench.options.signal.throwIfAborted();
      const events = logins.slice(begin, begin + batch).map(bulkJson);
      refusals += await postUntilAccepted(bench, events);
    }
  };
  await Promise.all(Array.from({ length: postsInFlight }, postInTurn));
  return refusals;
}

const bulkJson = (login: Login) => JSON.stringify({ ...eventOf(login), lane: 'bulk' });
