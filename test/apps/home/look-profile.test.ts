// The profile refuses what no client of ours should have to know, and what would do harm.

import { TypeCompiler } from '@sinclair/typebox/compiler';
import { describe, expect, it } from 'vitest';
import { buildCard } from '../../../src/apps/home/look/build-card.ts';
import { profiles } from '../../../src/apps/home/look/profile.ts';
import { savedQuote, signedContract } from '../../fixtures/home/personal.ts';

const one = TypeCompiler.Compile(profiles[1]);
const two = TypeCompiler.Compile(profiles[2]);

type Element = { [property: string]: unknown };

/** A card of ours with something planted in its outermost element. */
function planted(properties: Element): unknown {
  const card = structuredClone(buildCard('home.insurance', signedContract));
  Object.assign(card.states[0]?.div as Element, properties);
  return card;
}

const withItem = (item: Element) => planted({ items: [{ max_lines: 1, ...item }] });

describe('the profile', () => {
  it('takes a card of ours, and one with nothing planted', () => {
    expect(one.Check(planted({}))).toBe(true);
    expect(one.Check(withItem({ type: 'text', text: 'as it is: \\@{1+1} and \\\\' }))).toBe(true);
  });

  it('has countdowns from 2 on', () => {
    const card = buildCard('home.insurance', savedQuote);
    expect([one.Check(card), two.Check(card)]).toEqual([false, true]);
    const other = JSON.parse(JSON.stringify(card).replace("'ended'", "getStoredValue('x')"));
    expect(two.Check(other)).toBe(false);
  });

  const log_id = 'x';
  const refused: [what: string, card: unknown][] = [
    ['a type it does not know', withItem({ type: 'video', text: 'x' })],
    ['custom elements', withItem({ type: 'custom', custom_type: 'x' })],
    ['input', withItem({ type: 'input', text_variable: 'x' })],
    ['an expression of others', withItem({ type: 'text', text: '@{1+1}' })],
    ['an expression behind an escaped backslash', withItem({ type: 'text', text: '\\\\@{1+1}' })],
    ['a color of others', withItem({ type: 'text', text: 'x', text_color: '#ff0000' })],
    [
      'an action that sends',
      planted({
        action: { log_id, typed: { type: 'submit', request: { url: 'https://travel.example/' } } },
      }),
    ],
    [
      'an action that fetches',
      planted({ action: { log_id, typed: { type: 'download', url: 'x' } } }),
    ],
    ['an action that runs', planted({ action: { log_id, url: 'javascript:alert(1)' } })],
    ['an action of DivKit', planted({ action: { log_id, url: 'div-action://set_state' } })],
    ['a link to anybody', planted({ action: { log_id, url: 'https://evil.example/' } })],
    ['more actions', planted({ actions: [{ log_id, url: 'https://travel.example/' }] })],
    ['an action on being seen', planted({ visibility_actions: [{ log_id, url: 'https://a.b/' }] })],
    [
      'a picture from elsewhere',
      withItem({ type: 'image', scale: 'fill', image_url: 'https://a.b/c' }),
    ],
    ['another extension', planted({ extensions: [{ id: 'lottie', params: {} }] })],
    ['variables', { ...(planted({}) as object), variables: [] }],
    ['timers', { ...(planted({}) as object), timers: [] }],
    ['templates', { ...(planted({}) as object), templates: {} }],
  ];
  for (const [what, card] of refused) {
    it(`refuses ${what}`, () => {
      expect([one.Check(card), two.Check(card)]).toEqual([false, false]);
    });
  }
});
