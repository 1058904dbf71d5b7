// What content is taken, what is refused and what becomes of it.

import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profiles } from '../../../src/apps/home/look/profile.ts';
import { maxSlotBytes, renderSlot } from '../../../src/apps/home/look/render-slot.ts';
import { pushedContent } from '../../../src/apps/home/pushed-content.ts';
import { ajvDataValidator } from '../../../src/outbound/ajv-data-validator.ts';
import { anyContent } from '../../fixtures/home/any-content.ts';
import { genericContent } from '../../fixtures/home/generic.ts';
import { largestContent } from '../../fixtures/home/largest.ts';
import { personalContent, signedContract } from '../../fixtures/home/personal.ts';
import { hostileContent } from '../../fixtures/home/worst.ts';

const checks = { 1: TypeCompiler.Compile(profiles[1]), 2: TypeCompiler.Compile(profiles[2]) };
const fixtures = Object.entries({ ...genericContent, ...hostileContent }).concat(
  Object.entries(personalContent),
);

/** All that HTML of ours consists of; there is nothing that runs and nothing from elsewhere. */
const plainTag =
  /^<(\/(div|span|a|button)|(div|span|a|button|img)( (class|style|dir|role|type|tabindex|loading|decoding|alt|aria-(level|label|hidden)|href="https:\/\/[a-z]+\.example[^"]*"|src="\/assets\/[^"]*")(="[^"]*")?)*) ?>$/;
const colorInStyle = / style="[^"]*(#|rgb|url)/;

/** What a reader sees of it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

function render(content: unknown) {
  return renderSlot({ slot: 'home.travel', content });
}

/** Signed contract with one change: each test says which. */
function changed(change: (data: { [name: string]: unknown }) => void): unknown {
  const content = structuredClone(signedContract);
  change(content.data);
  return content;
}

const withLink = (url: string) =>
  changed((data) => Object.assign(data, { buttons: [{ label: 'x', url }] }));

describe('content of a product', () => {
  it('becomes a card of the profile that it says', () => {
    for (const [slot, content] of fixtures) {
      const { profile, card, fallback } = renderSlot({ slot, content });
      expect([...checks[profile].Errors(card)], slot).toEqual([]);
      if (fallback) expect([...checks[1].Errors(fallback.card)], slot).toEqual([]);
    }
  });

  it('becomes a card of its profile whatever it holds', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { profile, card, fallback, html } = render(content);
        expect(checks[profile].Check(card)).toBe(true);
        if (fallback) expect(checks[1].Check(fallback.card)).toBe(true);
        const tags = html.match(/<[^>]*>/g) ?? [];
        expect(tags.filter((tag) => !plainTag.test(tag) || colorInStyle.test(tag))).toEqual([]);
        expect(textOf(html)).toContain(content.data.title);
      }),
      { numRuns: 200 },
    );
  });

  it('has a fallback of profile 1 where it counts down', () => {
    const rendered = renderSlot({ slot: 'a', content: personalContent['home.insurance'] });
    expect(rendered).toMatchObject({ profile: 2, fallback: { profile: 1, template: 'card' } });
    expect(checks[1].Check(rendered.card)).toBe(false);
    expect(rendered.fallback?.data).toMatchObject({
      facts: [{ label: 'This price holds', value: '24 Nov, 18:00 (UTC+1)' }, {}, {}],
    });
  });

  it('has the fallback that the product gives', () => {
    const fallback = { template: 'card', data: signedContract.data };
    const { fallback: rendered } = render({ ...genericContent['home.travel'], fallback });
    expect(rendered).toMatchObject({ profile: 1, ...fallback, card: { log_id: 'home.travel' } });
  });

  it('fits its place in the largest size there is', () => {
    for (const [template, content] of Object.entries(largestContent)) {
      const bytes = Buffer.byteLength(JSON.stringify(render(content)));
      expect(bytes, template).toBeLessThan(maxSlotBytes);
    }
  });

  it('of a carousel is as high whatever it says, and lower where no item has a text', () => {
    const content = structuredClone(genericContent['home.travel']);
    if (content?.template !== 'carousel') throw new Error('Travel shows a carousel.');
    const { items } = content.data;
    const height = () =>
      /"type":"gallery","height":{[^}]*"value":(\d+)/.exec(JSON.stringify(render(content).card));
    const before = Number(height()?.[1]);
    for (const item of items) Object.assign(item, { title: 'x'.repeat(48), text: 'x' });
    expect(Number(height()?.[1])).toBe(before);
    for (const item of items) delete item.text;
    expect(Number(height()?.[1])).toBeLessThan(before);
  });

  it('is refused with its size where escaping makes it too large', () => {
    const content = structuredClone(largestContent.carousel);
    const text = JSON.stringify(content).replaceAll(/(?<="(title|text)":")[^"]+/g, (said) =>
      '&'.repeat(said.length),
    );
    expect(() => render(JSON.parse(text))).toThrow(
      /"home.travel" needs \d+ bytes, and may have 32000/,
    );
  });

  it('can be the data of an event', () => {
    const validate = ajvDataValidator([
      { type: 'pushed', schema: pushedContent, lane: 'interactive', fromClients: false },
    ]);
    for (const [, content] of fixtures) expect(validate('pushed', content as never)).toEqual([]);
    expect(validate('pushed', withLink('https://evil.example') as never)).not.toEqual([]);
  });
});

describe('content that is refused', () => {
  const cases: [why: string, content: unknown, says: RegExp][] = [
    ['is nothing', null, /^\/template is missing/],
    ['has no template we know', { template: 'popup', data: {} }, /"popup", but must be one of/],
    ['is named like a member of objects', { template: 'constructor', data: {} }, /"constructor"/],
    ['lacks its data', { template: 'card' }, /^\/data is missing/],
    ['runs a script', withLink('javascript:alert(1)'), /^\/data\/buttons\/0\/url must be a link/],
    ['leads where nobody knows', withLink('https://evil.example/'), /buttons\/0\/url/],
    ['pretends to a host', withLink('https://travel.example.evil.example/'), /buttons\/0\/url/],
    ['hides a host', withLink('https://travel.example@evil.example/'), /buttons\/0\/url/],
    ['has a port', withLink('https://travel.example:8443/'), /buttons\/0\/url/],
    ['is not encrypted', withLink('http://travel.example/'), /buttons\/0\/url/],
    ['leads to no host', withLink('//travel.example/'), /buttons\/0\/url/],
    ['is an expression', withLink('https://travel.example/@{theme}'), /buttons\/0\/url/],
    ['asks the client for more', withLink('home:pay?amount=1'), /buttons\/0\/url/],
    ['asks DivKit for something', withLink('div-action://set_variable'), /buttons\/0\/url/],
    ['breaks a line', changed((data) => Object.assign(data, { title: 'a\nb' })), /^\/data\/title/],
    ['shows nothing', changed((data) => Object.assign(data, { title: '\u200b \u2060' })), /title/],
    ['has no end', changed((data) => Object.assign(data, { title: 'x'.repeat(49) })), /48/],
    [
      'brings its own look',
      changed((data) => Object.assign(data, { color: 'red' })),
      /\/data\/color/,
    ],
    [
      'has a color of its own',
      changed((data) => Object.assign(data, { accent: 'red' })),
      /one of: blue/,
    ],
    [
      'shows pictures of others',
      changed((data) => Object.assign(data, { image: 'https://evil.example/x.svg' })),
      /image must be a picture/,
    ],
    [
      'shows what is no picture',
      changed((data) => Object.assign(data, { image: '/assets/../main.js' })),
      /image/,
    ],
    ['has nothing to press', changed((data) => Object.assign(data, { buttons: [] })), /buttons/],
    [
      'has a name that is none',
      changed((data) => Object.assign(data, { id: 'a b' })),
      /data\/id must be a name/,
    ],
  ];
  for (const [why, content, says] of cases) {
    it(`${why}, and the error says so`, () => {
      expect(() => render(content)).toThrow(says);
    });
  }
});
