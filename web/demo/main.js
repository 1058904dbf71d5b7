// The demo: someone acts, an event travels, every region changes.

import { byId, element, inMs } from './element.js';
import { followRegion } from './follow-region.js';
import { showJourney, showWaitingJourney } from './journey.js';
import { measureReads } from './reads.js';
import { createRegionCard } from './region-card.js';
import { readStage, report } from './shop.js';

/** @typedef {import('./shop.js').Step} Step */

const stage = await readStage();
const cards = stage.regions.map((region) => ({ region, json: '', ...createRegionCard(region) }));
const home = /** @type {import('./shop.js').Region} */ (stage.regions[0]);
const measureButton = /** @type {HTMLButtonElement} */ (byId('measure'));

/** @type {import('./shop.js').Person | null} */
let person = null;
/** What the person did last: the event, and when it was clicked. */
let deed = { id: '', clickedMs: 0 };
/** @type {{ opened: Promise<void>, stop: () => void }[]} */
let following = [];
let isBusy = false;

byId('far-ms').textContent = String(stage.farMs);
byId('regions').append(...cards.map(({ card }) => card));
byId('people').append(
  ...stage.people.map((one) =>
    button(
      () => act(() => logIn(one)),
      element('span', { class: 'name', text: one.name }),
      element('span', { class: 'about', text: one.about }),
    ),
  ),
);
byId('categories').append(
  ...stage.categories.map((category) => {
    const choice = button(() => act(() => look(category)), element('span', { text: category }));
    choice.disabled = true;
    return choice;
  }),
);
measureButton.addEventListener('click', () => act(async () => tell(await measure())));
document.addEventListener('visibilitychange', () => (document.hidden ? stopFollowing() : follow()));
showWaitingJourney(stage.regions);

/** One thing at a time; buttons stay where they are, and keep the focus. @param {() => Promise<void>} work */
async function act(work) {
  if (isBusy) return;
  isBusy = true;
  byId('stage').setAttribute('aria-busy', 'true');
  byId('trouble').hidden = true;
  try {
    await work();
  } catch (error) {
    byId('trouble').textContent = `That did not work: ${/** @type {Error} */ (error).message}`;
    byId('trouble').hidden = false;
  } finally {
    isBusy = false;
    byId('stage').removeAttribute('aria-busy');
  }
}

/** @param {import('./shop.js').Person} who */
async function logIn(who) {
  const isOther = person !== who;
  person = who;
  press('people', stage.people.indexOf(who));
  press('categories', -1);
  if (isOther) {
    for (const card of cards) card.json = '';
    stopFollowing();
    follow();
    await Promise.all(following.map(({ opened }) => opened));
  }
  for (const choice of byId('categories').querySelectorAll('button')) choice.disabled = false;
  measureButton.disabled = false;
  byId('look-hint').textContent = `Now let ${who.name} look at something:`;
  await travel(`${who.name} logged in`, { type: 'user.login', data: { device: 'web' } });
  await measure();
}

/** @param {string} category */
async function look(category) {
  press('categories', stage.categories.indexOf(category));
  const name = person?.name ?? '';
  await travel(`${name} looked at ${category}`, { type: 'category.viewed', data: { category } });
}

/**
 * @param {string} what
 * @param {Omit<import('./shop.js').Deed, 'id'>} done
 */
async function travel(what, done) {
  if (person === null) return;
  deed = { id: crypto.randomUUID(), clickedMs: performance.now() };
  /** @type {Step[]} */
  const steps = [];
  await report(person.user, { ...done, id: deed.id }, (step) => steps.push(step));
  const failed = steps.find(({ step }) => step === 'failed' || step === 'ended');
  if (failed) throw new Error(`${what}, but the event ended early: ${failed.where}`);
  const everywhere = stage.regions.map(({ name }) => name).join(' and ');
  const sentence = `ready in ${everywhere} after ${inMs(showJourney(steps))}.`;
  byId('journey-figure').replaceChildren(`${what}: `, element('strong', { text: sentence }));
  tell(`${what}: new offers, ${sentence}`);
}

async function measure() {
  return person === null ? '' : measureReads(home, person.user, stage.farMs);
}

function follow() {
  const { user = null } = person ?? {};
  if (user === null || following.length > 0) return;
  following = cards.map((card) =>
    followRegion(card.region, user, {
      onState: card.showState,
      onDocument(json, { version, slots }) {
        // A stream that was opened again begins with what is known.
        if (json === card.json) return;
        card.json = json;
        const isOfDeed = slots.offers?.event?.id === deed.id;
        card.show(slots.offers, isOfDeed ? performance.now() - deed.clickedMs : null);
        compare(version);
      },
    }),
  );
}

function stopFollowing() {
  for (const { stop } of following) stop();
  following = [];
}

/** @param {number} version */
function compare(version) {
  const isSame = cards.every(({ json }) => json !== '' && json === cards[0]?.json);
  byId('regions-figure').textContent = isSame
    ? `The same document everywhere, byte for byte: version ${version}.`
    : 'On its way to the other regions…';
}

/** To those who listen, once for each thing that they did. @param {string} sentence */
function tell(sentence) {
  byId('told').textContent = sentence;
}

/**
 * @param {string} group
 * @param {number} index
 */
function press(group, index) {
  for (const [at, choice] of [...byId(group).children].entries()) {
    choice.setAttribute('aria-pressed', String(at === index));
  }
}

/**
 * @param {() => void} onClick
 * @param {...Element} children
 */
function button(onClick, ...children) {
  const attributes = { type: 'button', 'aria-pressed': 'false' };
  const made = /** @type {HTMLButtonElement} */ (element('button', attributes, ...children));
  made.addEventListener('click', onClick);
  return made;
}
