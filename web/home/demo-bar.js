// The bar of the demo: who you are, who else you could be, and a second window to watch.

import { byId, element } from '../demo/element.js';
import { say } from './press.js';
import { wording } from './wording.js';

/** @param {ReturnType<import('./session.js').createSession>} session */
export async function showDemoBar(session) {
  const { user, people = [] } = await session.read();
  // A company's own login lets nobody be somebody else.
  if (people.length === 0) return;
  const nobody = { user: null, name: wording.demo.nobody, about: wording.demo.nobodyAbout };
  const choices = [...people, nobody].map((person) => choice(person, person.user === user));
  const group = element('div', { class: 'people', role: 'group', 'aria-label': wording.demo.who });
  group.append(...choices);
  const bar = byId('demo');
  bar.append(
    element('span', { class: 'who', text: wording.demo.who, 'aria-hidden': 'true' }),
    group,
    element('a', {
      class: 'window',
      href: '/',
      target: '_blank',
      rel: 'noopener',
      text: wording.demo.window,
      title: wording.demo.windowAbout,
    }),
  );
  bar.hidden = false;

  /**
   * @param {{ user: string | null, name: string, about: string }} person
   * @param {boolean} isPressed
   */
  function choice({ user, name, about }, isPressed) {
    const made = element('button', {
      type: 'button',
      'aria-pressed': String(isPressed),
      title: about,
      text: name,
    });
    made.addEventListener('click', () => {
      session.become(user).then(
        () => location.reload(),
        () => say('notice', wording.demo.failed),
      );
    });
    return made;
  }
}
