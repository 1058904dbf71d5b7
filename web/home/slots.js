// Shows a document on the page: what changed is drawn in its place, and nothing else is touched.

import { chooseCard } from './choose-card.js';
import { createSections } from './sections.js';
import { wording } from './wording.js';

/**
 * @typedef {import('./document-stream.js').HomeDocument} HomeDocument
 * @typedef {import('./document-stream.js').Slot} Slot
 * @typedef {ReturnType<import('./draw-cards.js').createCards>} Cards
 * @typedef {{
 *   container: HTMLElement,
 *   loadCards: () => Promise<Cards>,
 *   onFailed: (slot: string, reason: string) => void,
 *   onNewer: () => void,
 *   onChanged: (sentence: string) => void,
 * }} SlotsParts
 */

/** @param {SlotsParts} parts */
export function createSlots({ container, loadCards, onFailed, onNewer, onChanged }) {
  const sections = createSections(container);
  /** What each section shows, as text. @type {Map<string, string>} */
  const shown = new Map();
  /** @type {HomeDocument | null} */
  let newest = null;
  /** @type {((document: HomeDocument) => void) | null} */
  let draw = null;

  /** @param {HomeDocument} first */
  async function begin(first) {
    draw = () => {};
    try {
      const cards = await loadCards();
      draw = (document) => drawDocument(cards, document);
      draw(newest ?? first);
    } catch (error) {
      // What was painted stays, and can be read.
      const [slot = ''] = Object.keys(first.slots);
      onFailed(slot, /** @type {Error} */ (error).message);
      draw = onNewer;
      if (newest !== first) onNewer();
    }
  }

  /** @param {Cards} cards @param {HomeDocument} document */
  function drawDocument(cards, document) {
    const isFirst = shown.size === 0;
    /** @type {HTMLElement[]} */
    const changed = [];
    let becamePersonal = false;
    sections.rearrange(() => {
      for (const [name, slot] of Object.entries(document.slots)) {
        const wasPersonal = sections.find(name)?.dataset.state === 'personal';
        if (!drawSlot(cards, name, slot)) continue;
        const section = sections.make(name);
        becamePersonal ||= slot.state === 'personal' && !wasPersonal;
        changed.push(section);
        if (!isFirst || !wasPersonal) mark(section);
      }
      for (const name of [...shown.keys()].filter((slot) => !(slot in document.slots))) {
        cards.forget(name);
        shown.delete(name);
      }
      sections.arrange(Object.keys(document.slots));
    });
    container.dataset.drawn = '';
    if (becamePersonal) onChanged(wording.becamePersonal);
    else if (changed.length > 0) onChanged(wording.changed(changed.map(titleOf)));
  }

  /**
   * @param {Cards} cards
   * @param {string} name
   * @param {Slot} slot
   * @returns {boolean} whether the section shows something else now
   */
  function drawSlot(cards, name, slot) {
    const chosen = chooseCard(slot.content);
    if (chosen === null) return false;
    const section = sections.find(name);
    if (typeof chosen === 'number') {
      if (section !== null) section.dataset.state = slot.state;
      onFailed(name, `profile ${chosen} is not known`);
      return false;
    }
    const { drawable, isFallback } = chosen;
    const text = JSON.stringify(drawable);
    if (shown.get(name) === text) {
      if (section !== null) describe(section, slot);
      return false;
    }
    const isInPage = !shown.has(name) && !isFallback && section !== null && isOf(section, slot);
    const target = section ?? sections.make(name);
    try {
      cards.draw(target, { ...drawable, slot: name, isInPage });
      shown.set(name, text);
      describe(target, slot);
      return !isInPage;
    } catch (error) {
      onFailed(name, /** @type {Error} */ (error).message);
      return false;
    }
  }

  return {
    /** @param {HomeDocument} document */
    show(document) {
      newest = document;
      if (draw === null) void begin(document);
      else draw(document);
    },
  };
}

/** Whether the server drew a section from this very content. @param {HTMLElement} section @param {Slot} slot */
function isOf({ dataset, firstElementChild }, { state, stamp }) {
  if (firstElementChild === null) return false;
  if (state === 'personal') return dataset.stamp === String(stamp);
  return dataset.state !== 'personal';
}

/** @param {HTMLElement} section @param {Slot} slot */
function describe({ dataset }, { state, stamp }) {
  dataset.state = state;
  if (state === 'personal') dataset.stamp = String(stamp);
  else delete dataset.stamp;
}

/** Plays the change, again if it has been played. @param {HTMLElement} section */
function mark(section) {
  section.classList.remove('fresh');
  // Read, so that the browser sees the class go.
  void section.offsetWidth;
  section.classList.add('fresh');
}

/** @param {HTMLElement} section */
function titleOf(section) {
  const title = section.querySelector('[role="heading"], h2')?.textContent?.trim();
  return title ?? section.dataset.slot ?? '';
}
