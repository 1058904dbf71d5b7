// Reports what the person did: what they saw and followed in batches, what they want at once.

import { createEventQueue } from './event-queue.js';
import { checked } from './session.js';

/**
 * @typedef {{ id: string, type: string, data: { readonly [name: string]: string | string[] } }} ClientEvent
 * @typedef {{ token: () => Promise<string>, forgetToken: () => void }} Tokens
 */

const limits = { everyMs: 2_000, itemsSeen: 50 };

/** Whoever asks not to be followed is not. @returns {boolean} */
function mayObserve() {
  const { doNotTrack, globalPrivacyControl } = /** @type {any} */ (navigator);
  return doNotTrack !== '1' && globalPrivacyControl !== true;
}

/** @param {{ url: string, tokens: Tokens }} parts */
export function createClientEvents({ url, tokens }) {
  /** Each type by itself: one that is asked to wait has the others go on. */
  const queues = new Map(
    ['content.seen', 'content.clicked', 'content.failed'].map((type) => [
      type,
      createEventQueue({ post }),
    ]),
  );
  /** Items by slot, since the last batch. @type {Map<string, string[]>} */
  const seen = new Map();
  let token = '';
  const isObserving = mayObserve();

  /** @param {ClientEvent[]} events @param {boolean} [isLast] */
  function send(events, isLast = false) {
    return fetch(url, {
      method: 'POST',
      credentials: 'omit',
      keepalive: isLast,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ events }),
    });
  }

  /** @param {ClientEvent[]} events @returns {Promise<Response>} */
  async function post(events) {
    token = await tokens.token();
    const response = await send(events);
    if (response.status !== 401) return response;
    tokens.forgetToken();
    token = await tokens.token();
    return send(events);
  }

  function sendBatches() {
    noteSeen();
    for (const queue of queues.values()) void queue.sendBatch();
  }

  /** The page goes, and takes no answer with it. */
  function sendLast() {
    noteSeen();
    if (token === '') return;
    for (const queue of queues.values()) {
      const batch = queue.takeLast();
      if (batch.length > 0) send(batch, true).catch(() => {});
    }
  }

  if (isObserving) {
    setInterval(sendBatches, limits.everyMs);
    addEventListener('pagehide', sendLast);
    document.addEventListener('visibilitychange', () => document.hidden && sendLast());
  }

  /** @param {string} type @param {ClientEvent['data']} data */
  function note(type, data) {
    if (!isObserving) return;
    queues.get(type)?.add(eventOf(type, data));
    prepare();
  }

  /** The page may go before the first batch does. */
  function prepare() {
    if (token !== '') return;
    tokens.token().then(
      (found) => {
        token ||= found;
      },
      () => {},
    );
  }

  /** One event tells of all that was seen of a slot meanwhile. */
  function noteSeen() {
    for (const [slot, items] of seen) {
      for (let at = 0; at < items.length; at += limits.itemsSeen) {
        note('content.seen', { slot, items: items.slice(at, at + limits.itemsSeen) });
      }
    }
    seen.clear();
  }

  return {
    /** Soon the person may want something: then there is a token already. */
    prepare,

    /** @param {string} slot @param {string} item */
    seen(slot, item) {
      if (!isObserving) return;
      seen.set(slot, [...(seen.get(slot) ?? []), item]);
      prepare();
    },

    /** @param {string} slot @param {string} item */
    clicked: (slot, item) => note('content.clicked', { slot, item }),

    /** Something could not be shown. @param {string} slot @param {string} reason */
    failed: (slot, reason) => note('content.failed', { slot, reason }),

    /**
     * The person's will: sent at once, whoever asks not to be followed included. Rejects with why
     * it was not accepted.
     * @param {string} type
     * @param {ClientEvent['data']} data
     */
    async want(type, data) {
      await checked(await post([eventOf(type, data)]));
    },
  };
}

/** @param {string} type @param {ClientEvent['data']} data @returns {ClientEvent} */
function eventOf(type, data) {
  return { id: randomId(), type, data };
}

/** As good as a UUID, and not only where the page came by TLS. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
