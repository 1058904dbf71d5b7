// HTML is taken off content without looking into the rest of it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutHtml, withHtmlLast } from '../../src/domain/html-member.ts';

/** Names and texts that look like what is searched for. */
const tricky = fc.constantFrom('html', 'a', '"html":"', ',"html":"', 'html":"x"}', '\\', '"}', '}');
const text = fc.oneof(tricky, fc.string({ unit: 'binary' }));
const { content } = fc.letrec((tie) => ({
  content: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    fc.constantFrom(null, true, 0, 1.5, -7e300),
    fc.array(tie('content'), { maxLength: 3 }),
    fc.dictionary(text, tie('content'), { maxKeys: 4, noNullPrototype: false }),
  ),
}));
const object = fc.dictionary(text, content, { maxKeys: 5, noNullPrototype: true });

describe('content with HTML', () => {
  it('is cut into both, wherever the HTML stands', () => {
    fc.assert(
      fc.property(object, text, object, (before, html, after) => {
        const whole = JSON.stringify({ ...before, html, ...after });
        const { html: expected, ...rest } = JSON.parse(whole);
        const cut = cutHtml(whole);
        if (typeof expected === 'string') {
          expect(cut).toEqual({ json: JSON.stringify(rest), html: expected });
        } else expect(cut).toEqual({ json: whole, html: null });
      }),
      { numRuns: 2_000 },
    );
  });

  it('has it last after its author, and is the same content', () => {
    fc.assert(
      fc.property(object, text, object, (before, html, after) => {
        const whole = JSON.stringify({ ...before, html, ...after });
        const parsed = JSON.parse(whole);
        const ordered = withHtmlLast(whole);
        expect(JSON.parse(ordered.json)).toEqual(parsed);
        expect(ordered.html).toEqual(parsed.html);
        expect(cutHtml(ordered.json)).toEqual(cutHtml(whole));
        if (typeof ordered.html === 'string') {
          expect(withHtmlLast(ordered.json)).toEqual(ordered);
          expect(ordered.json.endsWith(`"html":${JSON.stringify(ordered.html)}}`)).toBe(true);
        }
      }),
    );
  });

  it('keeps the digits of a number that no computer here could read', () => {
    const json = '{"n":12345678901234567890,"html":"<p>1</p>"}';
    expect(cutHtml(json)).toEqual({ json: '{"n":12345678901234567890}', html: '<p>1</p>' });
  });
});

describe('content without HTML', () => {
  it.each([
    'null',
    '"html"',
    '[",\\"html\\":\\"x\\""]',
    '[{"a":1,"html":"x"}]',
    '{"a":{"b":1,"html":"x"}}',
    '{"a":[{"html":"x"},{"b":2,"html":"y"}]}',
  ])('stays as it is: %s', (json) => {
    expect(cutHtml(json)).toEqual({ json, html: null });
    expect(withHtmlLast(json)).toEqual({ json, html: undefined });
  });

  it.each([
    ['{"html":null}', null],
    ['{"a":1,"html":7}', 7],
  ])('stays as it is, and its author is told what html is: %s', (json, html) => {
    expect(cutHtml(json)).toEqual({ json, html: null });
    expect(withHtmlLast(json)).toEqual({ json, html });
  });

  it('stays as it is, whatever it is', () => {
    fc.assert(
      fc.property(content, (value) => {
        const json = JSON.stringify(value);
        const parsed: unknown = JSON.parse(json);
        const hasHtml =
          typeof parsed === 'object' &&
          parsed !== null &&
          !Array.isArray(parsed) &&
          'html' in parsed;
        fc.pre(!hasHtml || typeof parsed.html !== 'string');
        expect(cutHtml(json)).toEqual({ json, html: null });
      }),
    );
  });
});
