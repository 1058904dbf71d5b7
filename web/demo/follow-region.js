// Holds a stream open to one region, and opens it again whenever it ends, until it is told to stop.

import { readServerSentEvents } from './server-sent-events.js';
import { forgetToken, tokenOf } from './shop.js';

/** How long to wait after a stream that failed; twice as long each time, up to the last. */
const pausesMs = { first: 500, last: 8_000 };

/**
 * @typedef {{ user: string, version: number, slots: { [slot: string]: any } }} UserDocument
 * @typedef {{
 *   onDocument: (json: string, document: UserDocument) => void,
 *   onState: (state: 'live' | 'waiting') => void,
 * }} Follower
 */

/**
 * @param {import('./shop.js').Region} region
 * @param {string} user
 * @param {Follower} follower
 * @returns {{ opened: Promise<void>, stop: () => void }} `opened` resolves with the first answer.
 */
export function followRegion(region, user, follower) {
  const stopping = new AbortController();
  const { signal } = stopping;
  let knownId = '';
  let pauseMs = pausesMs.first;
  let isOpen = () => {};
  /** @type {Promise<void>} */
  const opened = new Promise((resolve) => {
    isOpen = () => resolve();
  });

  async function readOnce() {
    const headers = { authorization: `Bearer ${await tokenOf(user)}`, 'last-event-id': knownId };
    const response = await fetch(`${region.url}/v1/content/me/stream`, { headers, signal });
    if (response.status === 401) forgetToken(user);
    if (!response.ok || response.body === null) throw new Error(`${response.status}`);
    follower.onState('live');
    isOpen();
    pauseMs = pausesMs.first;
    for await (const { id, data } of readServerSentEvents(response.body)) {
      if (signal.aborted) return;
      knownId = id;
      follower.onDocument(data, JSON.parse(data));
    }
  }

  async function keepReading() {
    while (!signal.aborted) {
      await readOnce().catch(() => {});
      if (signal.aborted) return;
      follower.onState('waiting');
      isOpen();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, pausesMs.last);
    }
  }

  void keepReading();
  return { opened, stop: () => stopping.abort() };
}
