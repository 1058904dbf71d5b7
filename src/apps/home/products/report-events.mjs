// @ts-check
// Reports events to the platform, patiently: who is asked to wait waits as long as it was told.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [firstDelayMs, timeoutMs] = [500, 10_000];
/** A platform that is busy says how long to wait. One that is away is soon back, as at its own start. */
const maxDelayMs = 2_000;
const maxAskedMs = 300_000;

/**
 * A batch is accepted as a whole, refused as a whole, or repeated until `untilMs`. Its events have ids
 * of their own, so a repetition of what was accepted after all is no second event.
 * @param {{ [attribute: string]: unknown }[]} events
 * @param {{ untilMs?: number }} [limits]
 * @returns {Promise<boolean>} Whether it was accepted.
 */
export async function reportEvents(events, { untilMs = Number.POSITIVE_INFINITY } = {}) {
  const url = process.env.BEFOREHAND_INGEST_URL;
  const key = producerKey();
  if (url === undefined || key === undefined) {
    console.log(
      'Nothing is reported: BEFOREHAND_INGEST_URL and BEFOREHAND_PRODUCER_KEY say where.',
    );
    return false;
  }
  for (let attempt = 0; ; attempt += 1) {
    const { status, text, retryAfterS } = await post(`${url}/v1/events`, key, events);
    if (status === 202) return true;
    if (status !== 429 && status < 500) {
      console.error(`The platform refuses what was reported with ${status}: ${text}`);
      return false;
    }
    const delayMs = waitMs(attempt, retryAfterS);
    if (Date.now() + delayMs > untilMs) {
      console.error(`The platform has not taken what was reported, last with ${status}: ${text}`);
      return false;
    }
    // The platform may stop while we wait, and must not have to wait for us.
    await sleep(delayMs, undefined, { ref: false });
  }
}

/** Containers have it in a file. */
function producerKey() {
  const { BEFOREHAND_PRODUCER_KEY: key, BEFOREHAND_PRODUCER_KEY_FILE: file } = process.env;
  return file === undefined ? key : readFileSync(file, 'utf8').trim();
}

/** @param {string} url @param {string} key @param {unknown} events */
async function post(url, key, events) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/cloudevents-batch+json',
      },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, 1_000);
    return {
      status: response.status,
      text,
      retryAfterS: Number(response.headers.get('retry-after')),
    };
  } catch (error) {
    return { status: 503, text: String(error), retryAfterS: 0 };
  }
}

/** Longer each time, and never all at the same moment. @param {number} attempt @param {number} retryAfterS */
export function waitMs(attempt, retryAfterS) {
  const growing = Math.min(maxDelayMs, firstDelayMs * 2 ** attempt);
  const asked = Number.isFinite(retryAfterS) ? Math.min(retryAfterS * 1_000, maxAskedMs) : 0;
  return Math.max(growing * (0.5 + Math.random() / 2), asked);
}
