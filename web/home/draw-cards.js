// Draws cards with DivKit. It is the heavy part of the client, and arrives after the page is painted.

import {
  createGlobalVariablesController,
  createVariable,
  render,
} from '@divkitframework/divkit/client-hydratable';
import { keepPlace } from './keep-place.js';

/**
 * @typedef {import('./choose-card.js').Card} Card
 * @typedef {{
 *   onSeen: (slot: string, item: string) => void,
 *   onClicked: (slot: string, item: string) => void,
 *   onAction: (url: string, button: HTMLElement | null) => void,
 *   onFailed: (slot: string, reason: string) => void,
 * }} CardEvents
 * @typedef {{ slot: string, template: string, card: Card }} Drawing
 */

/** A heading's level is no word of DivKit: templates say it by this extension. */
class Heading {
  /** @param {{ level?: number }} params */
  constructor({ level = 2 }) {
    this.level = level;
  }

  /** @param {HTMLElement} node */
  mountView(node) {
    node.setAttribute('aria-level', String(this.level));
  }
}

/** Neither is a landmark: what a slot shows is one, and has a name. */
class Region {
  /** @param {{ label?: string }} params */
  constructor({ label = '' }) {
    this.label = label;
  }

  /** @param {HTMLElement} node */
  mountView(node) {
    node.setAttribute('role', 'region');
    node.setAttribute('aria-label', this.label);
  }
}

const extensions = new Map(Object.entries({ heading: Heading, region: Region }));

/** @param {CardEvents} events */
export function createCards(events) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = createVariable('theme', 'string', themeOf(dark));
  const variables = createGlobalVariablesController();
  variables.setVariable(theme);
  dark.addEventListener('change', () => theme.setValue(themeOf(dark)));
  // What the server drew shows no moment; it is 0 until what it drew has been taken over.
  const now = createVariable('now', 'integer', 0);
  variables.setVariable(now);
  setInterval(() => now.setValue(Math.floor(Date.now() / 1_000)), 1_000);

  /** @type {Map<string, ReturnType<typeof render>>} */
  const instances = new Map();

  /** @param {Drawing} drawing @param {HTMLElement} target @param {boolean} hydrate */
  function renderInto({ slot, template, card }, target, hydrate) {
    return render({
      ...{ id: slot.replaceAll('.', '-'), target, hydrate },
      json: /** @type {any} */ ({ templates: {}, card }),
      mix: `look look-${template}`,
      globalVariablesController: variables,
      builtinProtocols: ['https'],
      extensions: /** @type {any} */ (extensions),
      customization: { galleryLeftClass: 'arrow back', galleryRightClass: 'arrow on' },
      onStat({ type, action }) {
        const item = action.log_id ?? '';
        if (type === 'visible') events.onSeen(slot, item);
        if (type !== 'click') return;
        // An address without slashes is no custom action to DivKit, but it tells of the click. What
        // the person wants tells of itself: it brings nothing to the front.
        if (action.url?.startsWith('home:')) events.onAction(action.url, pressed);
        else events.onClicked(slot, item);
      },
      onError({ error }) {
        if (error.level === 'error') events.onFailed(slot, error.message);
      },
    });
  }

  /** What was pressed last: DivKit tells an action, not where it stands. @type {HTMLElement | null} */
  let pressed = null;
  // It acts on a key by itself, without a click.
  for (const type of ['click', 'keydown']) document.addEventListener(type, note, { capture: true });

  /** @param {Event} event */
  function note({ target }) {
    const button = target instanceof Element ? target.closest('a, button, [role="button"]') : null;
    pressed = button instanceof HTMLElement ? button : null;
  }

  return {
    /**
     * @param {HTMLElement} section
     * @param {Drawing & { isInPage: boolean }} drawing `isInPage`: the section shows this very card,
     * drawn by the server.
     */
    draw(section, drawing) {
      if (drawing.isInPage) takeOver(section, drawing);
      else replace(section, drawing);
    },

    forget,
  };

  /** @param {HTMLElement} section @param {Drawing} drawing */
  function takeOver(section, drawing) {
    const copies = [...section.childNodes].map((node) => node.cloneNode(true));
    try {
      instances.set(drawing.slot, renderInto(drawing, section, true));
    } catch (error) {
      section.replaceChildren(...copies);
      throw error;
    }
  }

  /** @param {HTMLElement} section @param {Drawing} drawing */
  function replace(section, drawing) {
    const keep = keepPlace(section);
    const target = document.createElement('div');
    section.append(target);
    try {
      const instance = renderInto(drawing, target, false);
      keep(target);
      forget(drawing.slot);
      instances.set(drawing.slot, instance);
      // Not replaceChildren: what is taken out and put in again loses the focus.
      while (section.firstChild !== target) section.firstChild?.remove();
    } catch (error) {
      // What was there goes on being there.
      target.remove();
      throw error;
    }
  }

  /** @param {string} slot */
  function forget(slot) {
    instances.get(slot)?.$destroy();
    instances.delete(slot);
  }
}

/** @param {MediaQueryList} dark */
function themeOf(dark) {
  return dark.matches ? 'dark' : 'light';
}
