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
 * @typedef {{ target: HTMLElement, instance: ReturnType<typeof render> }} Drawn
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

  /** @type {Map<string, Drawn>} */
  const drawn = new Map();

  /** @param {string} slot @param {Card} card @param {HTMLElement} target @param {boolean} hydrate */
  function renderInto(slot, card, target, hydrate) {
    return render({
      ...{ id: slot.replaceAll('.', '-'), target, hydrate },
      json: /** @type {any} */ ({ templates: {}, card }),
      globalVariablesController: variables,
      builtinProtocols: ['https'],
      extensions: new Map([['heading', /** @type {any} */ (Heading)]]),
      onStat({ type, action }) {
        const item = action.log_id ?? '';
        if (type === 'visible') events.onSeen(slot, item);
        else if (type === 'click') events.onClicked(slot, item);
      },
      onError({ error }) {
        if (error.level === 'error') events.onFailed(slot, error.message);
      },
      onCustomAction: ({ url }) => events.onAction(url, pressed),
    });
  }

  /** What was pressed last: DivKit tells an action, not where it stands. @type {HTMLElement | null} */
  let pressed = null;
  document.addEventListener(
    'click',
    ({ target }) => {
      const button =
        target instanceof Element ? target.closest('a, button, [role="button"]') : null;
      pressed = button instanceof HTMLElement ? button : null;
    },
    { capture: true },
  );

  return {
    /**
     * @param {HTMLElement} section
     * @param {{ slot: string, template: string, card: Card, isInPage: boolean }} content `isInPage`:
     * the section shows this very card, drawn by the server.
     */
    draw(section, { slot, template, card, isInPage }) {
      const old = /** @type {HTMLElement | null} */ (section.firstElementChild);
      if (isInPage && old !== null) return void hydrate(section, old, slot, card);
      const target = document.createElement('div');
      target.dataset.template = template;
      const keep = old === null ? null : keepPlace(old);
      section.append(target);
      try {
        const instance = renderInto(slot, card, target, false);
        keep?.(target);
        this.forget(slot);
        drawn.set(slot, { target, instance });
        section.replaceChildren(target);
      } catch (error) {
        // What was there goes on being there.
        target.remove();
        throw error;
      }
    },

    /** @param {string} slot */
    forget(slot) {
      drawn.get(slot)?.instance.$destroy();
      drawn.delete(slot);
    },
  };

  /** @param {HTMLElement} section @param {HTMLElement} target @param {string} slot @param {Card} card */
  function hydrate(section, target, slot, card) {
    const copy = /** @type {HTMLElement} */ (target.cloneNode(true));
    try {
      drawn.set(slot, { target, instance: renderInto(slot, card, target, true) });
    } catch (error) {
      section.replaceChildren(copy);
      throw error;
    }
  }
}

/** @param {MediaQueryList} dark */
function themeOf(dark) {
  return dark.matches ? 'dark' : 'light';
}
