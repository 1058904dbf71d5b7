// Shows on a button that what was pressed is on its way, and what became of it.

import { byId } from '../demo/element.js';
import { Refusal } from './session.js';
import { wording } from './wording.js';

/** Longer than anything takes when all is well: then the person is told that they may wait. */
const patienceMs = 10_000;

/** The button of which people were told that it takes longer. @type {HTMLElement | null} */
let late = null;

/**
 * @param {HTMLElement | null} button
 * @param {() => Promise<void>} send
 */
export async function press(button, send) {
  if (button?.getAttribute('aria-busy') === 'true') return;
  show(button, true);
  late = null;
  say('notice', '');
  say('told', wording.sending);
  try {
    await send();
    say('told', wording.sent);
    // The button goes when the stream brings what became of it.
    setTimeout(() => {
      if (button === null || !button.isConnected) return;
      show(button, false);
      late = button;
      say('notice', wording.slow);
    }, patienceMs);
  } catch (error) {
    show(button, false);
    say('told', '');
    say('notice', wording.notSent(reasonOf(error)));
  }
}

/** To be called when the page has changed: what took longer may be done. */
export function noteChange() {
  if (late === null || late.isConnected) return;
  late = null;
  say('notice', '');
}

/** @param {HTMLElement | null} button @param {boolean} isBusy */
function show(button, isBusy) {
  for (const name of ['aria-busy', 'aria-disabled']) {
    if (isBusy) button?.setAttribute(name, 'true');
    else button?.removeAttribute(name);
  }
}

/** To everybody, or to those who listen. @param {'notice' | 'told'} where @param {string} sentence */
export function say(where, sentence) {
  byId(where).textContent = sentence;
}

/** @param {unknown} error */
function reasonOf(error) {
  const { loggedOut, tooMany, unreachable, status } = wording.refusals;
  if (!(error instanceof Refusal)) return unreachable;
  if (error.status === 401) return loggedOut;
  return error.status === 429 ? tooMany : status(error.status);
}
