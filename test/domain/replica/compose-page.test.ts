// The page, which shows what the document shows.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserDocument } from '../../../src/domain/document.ts';
import type { Json } from '../../../src/domain/json.ts';
import { createDocumentComposer } from '../../../src/domain/replica/compose-document.ts';
import { createPageComposer } from '../../../src/domain/replica/compose-page.ts';
import { aDocument, aGeneric, aSlot } from '../../fixtures/content.ts';

const nowMs = 1_795_248_000_000;
const slots = {
  offers: { generic: { of: 'file', html: '<p>offers</p>' } },
  books: { generic: [] },
  deals: { generic: { html: '<p>deals</p>' } },
  order: { generic: null },
};
const names = Object.keys(slots);
const shell = '<!doctype html><main><!-- slots --></main>';
const compose = createPageComposer(slots, { shell, order: 'order' });
const nobody = { user: 'alice', document: null, generic: [], nowMs, isPending: () => false };

type Call = Partial<Parameters<typeof compose.document>[0]>;
function composed(call: Call = {}) {
  const { json, shown, ...rest } = compose.document({ ...nobody, ...call });
  const html = compose.page?.(shown) ?? '';
  return { ...rest, html, body: JSON.parse(json) as { slots: Record<string, Shown> } };
}
type Shown = { state: string; stamp?: number; content: Json };

const withHtml = (html: string) => JSON.stringify({ title: 'x', html });

describe('a page', () => {
  it('is the shell with what each slot shows, and the document is without it', () => {
    const document = aDocument('alice', { slots: [aSlot({ contentJson: withHtml('<b>$&</b>') })] });
    const isPending = (slot: string) => slot === 'deals';
    const { html, body } = composed({ document, isPending });
    expect(html).toBe(
      '<!doctype html><main>' +
        '<div data-slot="offers" data-state="personal" data-stamp="7353335808503808"><b>$&</b></div>' +
        '<div data-slot="deals" data-state="pending"><p>deals</p></div>' +
        '</main>',
    );
    expect(body.slots.offers).toMatchObject({ state: 'personal', content: { title: 'x' } });
    expect(body.slots.deals).toEqual({ state: 'pending', content: {} });
    expect(JSON.stringify(body)).not.toContain('html');
  });

  it('shows generic content where there is some, and that of the configuration where not', () => {
    const { html } = composed({ generic: [aGeneric({ contentJson: withHtml('<i>all</i>') })] });
    expect(html).toContain('<div data-slot="offers" data-state="generic"><i>all</i></div>');
    expect(html).toContain('<div data-slot="deals" data-state="generic"><p>deals</p></div>');
  });

  it.each([
    ['expired', aSlot({ contentJson: withHtml('gone'), expiresAtMs: nowMs })],
    ['without HTML', aSlot({ contentJson: '{"title":"x"}' })],
    ['with HTML that is none', aSlot({ contentJson: '{"html":7}' })],
    ['of a slot that the configuration no longer has', aSlot({ slot: 'old' })],
  ])('has nothing of content that is %s', (_what, slot) => {
    const { html } = composed({ document: aDocument('alice', { slots: [slot] }) });
    expect(html).not.toMatch(/gone|data-slot="old"|personal/);
  });

  it('has one slot alone without its HTML as well', () => {
    const document = aDocument('alice', { slots: [aSlot({ contentJson: withHtml('<b></b>') })] });
    expect(compose.slot({ ...nobody, document }, 'offers')).not.toContain('html');
    expect(compose.slot({ ...nobody, document }, 'gone')).toBeNull();
  });

  it.each(['', '<main></main>', '<!-- slots --><!-- slots -->'])(
    'cannot be made of a shell that does not say once where the slots stand: "%s"',
    (without) => {
      expect(() => createPageComposer(slots, { shell: without })).toThrow('<!-- slots --> in it');
    },
  );
});

describe('the order of a page and its document', () => {
  const ordered = (content: Json) => {
    const contentJson = JSON.stringify(content);
    const document = aDocument('alice', { slots: [aSlot({ slot: 'order', contentJson })] });
    return Object.keys(composed({ document }).body.slots);
  };

  it.each<[string, Json, string[]]>([
    [
      'is what the order slot says',
      { slots: ['deals', 'order'] },
      ['deals', 'order', 'offers', 'books'],
    ],
    [
      'passes over unknown names',
      { slots: ['x', 'constructor', 'deals', 7, null] },
      ['deals', 'offers', 'books', 'order'],
    ],
    [
      'takes a name once',
      { slots: ['books', 'deals', 'books'] },
      ['books', 'deals', 'offers', 'order'],
    ],
    ['is the configured one for an empty list', { slots: [] }, names],
    ['is the configured one for text', { slots: 'deals' }, names],
    ['is the configured one for a list of lists', { slots: [['deals']] }, names],
    ['is the configured one for a list alone', ['deals'], names],
    ['is the configured one for null', null, names],
  ])('%s', (_what, content, expected) => {
    expect(ordered(content)).toEqual(expected);
  });

  it('is that of generic content, and of the configuration, for whom has none', () => {
    const contentJson = '{"slots":["deals"]}';
    const generic = [aGeneric({ slot: 'order', contentJson })];
    expect(Object.keys(composed({ generic }).body.slots)[0]).toBe('deals');
    const everyones = compose.genericDocument({ generic, nowMs }, 'generic');
    expect(Object.keys(JSON.parse(everyones.json).slots)[0]).toBe('deals');
    const inFile = { ...slots, order: { generic: { slots: ['books'] } } };
    const other = createPageComposer(inFile, { shell, order: 'order' });
    expect(other.document(nobody).shown[0]?.slot).toBe('books');
  });

  it('is that of the configuration where none is asked for', () => {
    const plain = createPageComposer(slots, { shell });
    const order = aSlot({ slot: 'order', contentJson: '{"slots":["deals"]}' });
    const document = aDocument('alice', { slots: [order] });
    expect(plain.document({ ...nobody, document }).shown.map(({ slot }) => slot)).toEqual(names);
  });
});

const content = fc.oneof(
  fc.record({ title: fc.string(), html: fc.constantFrom('<p>a</p>', '<b>b</b>', '') }),
  fc.record({ slots: fc.array(fc.oneof(fc.constantFrom(...names), fc.jsonValue())) }),
  fc.jsonValue(),
);
const oneOf = (slot: string) =>
  fc.record({
    slot: fc.constant(slot),
    stamp: fc.nat(),
    contentJson: content.map((value) => JSON.stringify(value)),
    expiresAtMs: fc.constantFrom(null, nowMs, nowMs + 1),
  });
const some = fc
  .tuple(...names.map((slot) => fc.option(oneOf(slot))))
  .map((all) => all.filter((it) => it !== null));

describe('whatever is stored', () => {
  it('page and document show the same slots, states and order', () => {
    fc.assert(
      fc.property(some, some, fc.subarray(names), (own, everyones, pending) => {
        const document: UserDocument = aDocument('alice', { slots: own.map((it) => aSlot(it)) });
        const generic = everyones.map((it) => aGeneric(it));
        const call = { document, generic, isPending: (slot: string) => pending.includes(slot) };
        const { html, body, filled, shownUntilMs } = composed(call);
        const plain = createDocumentComposer(slots).document({ ...nobody, ...call });
        const whole = JSON.parse(plain.json).slots as Record<
          string,
          Shown & { content: { html?: unknown } }
        >;
        const expected = Object.entries(body.slots).flatMap(([slot, { state, stamp }]) => {
          const fragment = whole[slot]?.content?.html;
          if (typeof fragment !== 'string' || Array.isArray(whole[slot]?.content)) return [];
          const stamped = state === 'personal' ? ` data-stamp="${stamp}"` : '';
          return `<div data-slot="${slot}" data-state="${state}"${stamped}>${fragment}</div>`;
        });
        expect(html).toBe(shell.replace('<!-- slots -->', () => expected.join('')));
        // All else is as it is without a page.
        expect([filled, shownUntilMs]).toEqual([plain.filled, plain.shownUntilMs]);
        for (const [slot, { content: cut, ...rest }] of Object.entries(body.slots)) {
          const { content: all, ...others } = whole[slot] as Shown;
          expect(rest).toEqual(others);
          const isCut = typeof (all as { html?: unknown } | null)?.html === 'string';
          if (!isCut) expect(cut).toEqual(all);
          else expect({ ...(cut as object), html: (all as { html: string }).html }).toEqual(all);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the key of what is not personal on a page', () => {
  it('changes with the shell, the order, the HTML of the configuration, and with having a page', () => {
    const call = { generic: [aGeneric()], nowMs };
    const deals = { ...slots, deals: { generic: { html: '<p>other</p>' } } };
    const keys = [
      compose,
      createDocumentComposer(slots),
      createPageComposer(slots, { shell: `${shell} `, order: 'order' }),
      createPageComposer(slots, { shell }),
      createPageComposer(deals, { shell, order: 'order' }),
    ].map((composer) => composer.key(call));
    expect(new Set(keys).size).toBe(keys.length);
    expect(createPageComposer({ ...slots }, { shell, order: 'order' }).key(call)).toBe(keys[0]);
    expect(compose.key({ ...call, generic: [aGeneric({ version: 2 })] })).not.toBe(keys[0]);
  });
});
