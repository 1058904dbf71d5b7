// The back end of the shop: it gives out tokens, reports events, and can make content on request.

import { textOf } from './server-sent-events.js';

/**
 * @typedef {{ name: string, url: string }} Region
 * @typedef {{ user: string, name: string, about: string }} Person
 * @typedef {{ people: Person[], categories: string[], regions: Region[], farMs: number }} Stage
 * @typedef {{ step: string, where: string | null, beganMs: number, endedMs: number }} Step
 * @typedef {{ id: string, type: string, data: { [name: string]: string } }} Deed
 */

/** Tokens last longer, so that none ends on its way. */
const tokenMs = 600_000;

/** @returns {Promise<Stage>} */
export async function readStage() {
  return (await checked(await fetch('/demo/stage'))).json();
}

/** @type {Map<string, { token: string, endsAtMs: number }>} */
const tokens = new Map();

/**
 * @param {string} user
 * @returns {Promise<string>}
 */
export async function tokenOf(user) {
  const known = tokens.get(user);
  if (known !== undefined && performance.now() < known.endsAtMs) return known.token;
  const { token } = await (await post('/demo/token', { user })).json();
  tokens.set(user, { token, endsAtMs: performance.now() + tokenMs });
  return token;
}

/** For one that was refused: the platform may have other keys by now. @param {string} user */
export function forgetToken(user) {
  tokens.delete(user);
}

/**
 * Reports what someone did, and calls `onStep` with each step of that event.
 * @param {string} user
 * @param {Deed} deed
 * @param {(step: Step) => void} onStep
 */
export async function report(user, deed, onStep) {
  const response = await post('/demo/events', { user, ...deed });
  let text = '';
  for await (const chunk of textOf(/** @type {ReadableStream} */ (response.body))) {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) onStep(JSON.parse(line));
  }
}

/**
 * @param {string} user
 * @returns {Promise<{ content: unknown, generatedInMs: number }>}
 */
export async function generateFarAway(user) {
  return (await post('/demo/far', { user })).json();
}

/**
 * @param {string} path
 * @param {object} body
 */
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return checked(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** @param {Response} response */
async function checked(response) {
  if (response.ok) return response;
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(detail ?? `The demo's back end answered ${response.status}.`);
}
