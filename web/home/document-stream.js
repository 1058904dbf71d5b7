// Follows the document of whoever the cookie is about, and opens the stream again whenever it ends.

import { readServerSentEvents } from '../demo/server-sent-events.js';

/**
 * @typedef {{ state: 'personal' | 'generic' | 'pending', stamp?: number, content?: unknown }} Slot
 * @typedef {{ user?: string, slots: { readonly [slot: string]: Slot } }} HomeDocument `user`: nobody's has none
 * @typedef {'live' | 'waiting' | 'off'} StreamState
 */

const paths = { mine: '/v1/content/me', stream: '/v1/content/me/stream', generic: '/v1/generic' };

/** How long to wait after a stream that ended; twice as long each time, up to the last. */
const pausesMs = { first: 500, last: 8_000 };

/**
 * Reads while somebody looks: a browser opens six connections to a host, so windows that nobody
 * sees leave them to the others. Whoever comes back to a window is asked for anew: a login in a window
 * of another origin is told to nobody here.
 * @param {{
 *   onDocument: (document: HomeDocument) => void,
 *   onState: (state: StreamState) => void,
 *   onOther: () => void,
 * }} follower `onOther`: the page is not about whom it was about: somebody signed out, or in, elsewhere
 */
export function followDocument({ onDocument, onState, onOther }) {
  let knownId = '';
  let pauseMs = pausesMs.first;
  /** Of whoever the page is about, once that is known; `null`: nobody. @type {string | null | undefined} */
  let knownUser;
  /** Whether it is known whom the cookie was about when the stream was opened. */
  let isTold = false;
  /** @type {AbortController | null} */
  let open = null;

  /** @param {AbortSignal} signal @returns {Promise<boolean>} whether to come back */
  async function readOnce(signal) {
    const headers = { 'last-event-id': knownId };
    const response = await fetch(paths.stream, { headers, signal });
    if (response.status === 401) {
      if (knownUser === undefined) await readWhole(paths.generic, signal);
      else if (knownUser !== null) onOther();
      isTold = true;
      return false;
    }
    if (!response.ok || response.body === null) {
      // Too many may watch; the page can be drawn from a plain answer meanwhile.
      if (knownId === '') await readWhole(paths.mine, signal);
      throw new Error(`The stream was refused: ${response.status}.`);
    }
    isTold = true;
    onState('live');
    await readEvents(response.body, signal);
    return !signal.aborted;
  }

  /** @param {ReadableStream<Uint8Array>} body @param {AbortSignal} signal */
  async function readEvents(body, signal) {
    for await (const { id, data } of readServerSentEvents(body)) {
      if (signal.aborted) return;
      pauseMs = pausesMs.first;
      // A stream that was opened again begins with what is known.
      if (id === knownId) continue;
      knownId = id;
      take(JSON.parse(data));
    }
  }

  /** @param {HomeDocument} document */
  function take(document) {
    const { user = null } = document;
    if (knownUser !== undefined && user !== knownUser) return onOther();
    knownUser = user;
    onDocument(document);
  }

  /** @param {string} path @param {AbortSignal} signal */
  async function readWhole(path, signal) {
    const response = await fetch(path, { signal });
    if (response.ok && !signal.aborted) take(await response.json());
  }

  /** @param {AbortSignal} signal */
  async function keepReading(signal) {
    while (!signal.aborted) {
      const mayReturn = await readOnce(signal).catch(() => true);
      if (signal.aborted) return;
      onState(mayReturn ? 'waiting' : 'off');
      if (!mayReturn) return;
      // Not all at once: everybody's stream ends together when a region restarts.
      await pause(pauseMs * (0.5 + Math.random() / 2), signal);
      pauseMs = Math.min(2 * pauseMs, pausesMs.last);
    }
  }

  function look() {
    if (document.hidden) {
      open?.abort();
      open = null;
      onState('off');
    } else if (open === null) {
      open = new AbortController();
      isTold = false;
      void keepReading(open.signal);
    }
  }

  function lookAgain() {
    // One at a time, however often somebody comes and goes.
    if (!isTold) return;
    open?.abort();
    open = null;
    look();
  }

  document.addEventListener('visibilitychange', look);
  addEventListener('focus', lookAgain);
  look();
}

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
