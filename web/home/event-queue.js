// Events of one type that wait to be told together. What the platform says about them holds up no others.

import { Refusal } from './session.js';

/** @typedef {import('./client-events.js').ClientEvent} ClientEvent */

/** An installation takes 10 events a second of a user in each lane by default; somebody may have several windows open. */
const limits = { batch: 15, lastBatch: 40, waiting: 200, attempts: 3 };

/** @param {{ post: (events: ClientEvent[]) => Promise<Response> }} parts */
export function createEventQueue({ post }) {
  /** @type {ClientEvent[]} */
  let waiting = [];
  /** Of the batch that stands first. */
  let attempts = 0;
  let isSending = false;
  let quietUntilMs = 0;

  /** @param {ClientEvent[]} batch */
  function drop(batch) {
    waiting = waiting.filter((event) => !batch.includes(event));
    attempts = 0;
  }

  return {
    /** What finds no place is not told: it is no promise to anybody. @param {ClientEvent} event */
    add(event) {
      if (waiting.length < limits.waiting) waiting.push(event);
    },

    async sendBatch() {
      if (isSending || waiting.length === 0 || performance.now() < quietUntilMs) return;
      isSending = true;
      const batch = waiting.slice(0, limits.batch);
      attempts += 1;
      try {
        const response = await post(batch);
        if (response.status === 429 || response.status >= 500) {
          const seconds = Number(response.headers.get('retry-after')) || 1;
          quietUntilMs = performance.now() + 1_000 * seconds;
          throw new Refusal(response.status);
        }
        // What is refused for what it is will be refused again.
        drop(batch);
      } catch (error) {
        const isLoggedOut = error instanceof Refusal && error.status === 401;
        if (isLoggedOut || attempts >= limits.attempts) drop(batch);
      } finally {
        isSending = false;
      }
    },

    /** The page goes: what there is room for, and it is forgotten here. */
    takeLast() {
      const batch = waiting.slice(0, limits.lastBatch);
      drop(batch);
      return batch;
    },
  };
}
