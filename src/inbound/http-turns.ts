// Spreads long pieces of work over turns of the event loop, one in each.
//
// Node takes one new connection a turn. A turn in which 64 batches are read, each for 10 ms, kept
// others who wanted to connect outside for seconds.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Returns a function that resolves in a turn of the caller's own, in the order of the calls, with
 * `true`; with `false` as soon as the connection closes, so that nobody holds what is not wanted.
 */
export function createTurns(): (socket: Socket) => Promise<boolean> {
  let last: Promise<unknown> = Promise.resolve();
  return async (socket) => {
    const turn = last.then(() => nextTurn());
    last = turn;
    const waiting = new AbortController();
    const closed = once(socket, 'close', { signal: waiting.signal }).catch(() => {});
    await Promise.race([turn, closed]);
    waiting.abort();
    return !socket.destroyed;
  };
}
