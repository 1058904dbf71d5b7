// The home page: painted already when this starts. It follows the document, and draws what changes.

import { byId } from '../demo/element.js';
import { willOf } from './actions.js';
import { createClientEvents } from './client-events.js';
import { followDocument } from './document-stream.js';
import { noteChange, press, say } from './press.js';
import { createSession } from './session.js';
import { createSlots } from './slots.js';
import { wording } from './wording.js';

const { clientEventsUrl = '', sessionUrl = '' } = byId('home').dataset;
const session = sessionUrl === '' ? null : createSession(sessionUrl, { onOther });
// Without tokens there is nothing that a client could report with.
const clientEvents =
  session === null ? null : createClientEvents({ url: clientEventsUrl, tokens: session });

const slots = createSlots({
  container: byId('slots'),
  loadCards: async () => {
    await painted();
    clientEvents?.prepare();
    const { createCards } = await import('./draw-cards.js');
    return createCards({ onSeen, onClicked, onAction, onFailed });
  },
  onFailed,
  onNewer: () => say('notice', wording.newer),
  onChanged(sentence) {
    noteChange();
    say('told', sentence);
  },
});

followDocument({
  onDocument: slots.show,
  onState(state) {
    const live = byId('live');
    live.dataset.state = state;
    live.textContent = state === 'off' ? '' : wording[state];
  },
  onOther,
});
if (session !== null) void showDemo(session);

// A page that the browser has kept is shown as it was left, whoever is logged in by now.
addEventListener('pagehide', ({ persisted }) => {
  if (persisted) document.documentElement.style.visibility = 'hidden';
});
addEventListener('pageshow', ({ persisted }) => persisted && onOther());

/** Nothing of the one may stay for the other. */
function onOther() {
  location.reload();
}

/** What was reported already: an item, and a failure, once a page view. @type {Set<string>} */
const reported = new Set();

/** @param {string} slot @param {string} item */
function onSeen(slot, item) {
  if (reported.has(`${slot} ${item}`)) return;
  reported.add(`${slot} ${item}`);
  clientEvents?.seen(slot, item);
}

/** @param {string} slot @param {string} item */
function onClicked(slot, item) {
  clientEvents?.clicked(slot, item);
}

/** @param {string} slot @param {string} reason */
function onFailed(slot, reason) {
  const short = reason.slice(0, 200);
  if (reported.has(`${slot} failed ${short}`)) return;
  reported.add(`${slot} failed ${short}`);
  clientEvents?.failed(slot, short);
}

/** @param {string} url @param {HTMLElement | null} button */
function onAction(url, button) {
  const will = willOf(url);
  if (will === null) return;
  void press(button, async () => {
    if (clientEvents === null) throw new Error('There is nobody to tell.');
    await clientEvents.want(will.type, will.data);
  });
}

/** @param {ReturnType<typeof createSession>} session */
async function showDemo(session) {
  await painted();
  const { showDemoBar } = await import('./demo-bar.js');
  // Nobody needs a login to read.
  await showDemoBar(session).catch(() => {});
}

/** Whoever reads comes first: what is heavy waits until they can. @returns {Promise<void>} */
function painted() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    // A window that nobody sees has no frames.
    if (document.hidden) resolve();
  });
}
