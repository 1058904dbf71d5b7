// What of a generator's HTML is let onto a page, and that a browser then leaves it in its place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragmentProblem } from '../../src/domain/page-fragment.ts';
import { chromiumFor } from '../chromium-hooks.ts';

describe('a fragment', () => {
  it.each([
    ['nothing', ''],
    ['text', 'a < b & c > d'],
    [
      'elements in each other',
      '<section><h2>Deals</h2><ul><li>1<ul><li>2</li></ul></li></ul></section>',
    ],
    ['a table in a table', '<table><tr><td><table></table></td></tr></table>'],
    ['elements that end by themselves', '<p>a<br>b<br/>c<img src="/assets/a.svg" alt=""></p>'],
    ['attributes in each of their forms', `<a href="/x?a=b&c=d>" title='"' id=x hidden>y</a>`],
    ['capitals', '<DIV><IMG SRC=x></div>'],
    ['a drawing', '<svg viewBox="0 0 1 1"><path d="M0 0"/><g><circle r=1 /></g></svg>'],
    ['comments', '<!-- <div> --><!----><p>x</p><!--[-->'],
    ['an element of its own', '<my-card data-a="1">x</my-card>'],
  ])('may be %s', (_what, html) => {
    expect(fragmentProblem(html)).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ['a number', 7, 'html is number; it must be a string.'],
    ['a list', ['<p></p>'], 'html is object; it must be a string.'],
    ['an element that does not end', '<div><p>x</p>', 'html: <div> does not end.'],
    ['an end of what is not open', 'x</div>', 'at character 1: </div> ends what is not open.'],
    ['elements across each other', '<b><i></b></i>', '</b> ends what is not open.'],
    ['an element ended as in XML', '<div/>', '<div/> does not end in HTML: write </div>.'],
    ['an end of what has none', '<br></br>', '</br> ends what is not open.'],
    ['a script', '<p><script>x</script></p>', 'character 3: a fragment may not have <script>.'],
    ['a script in capitals', '<SCRIPT src=x></SCRIPT>', 'a fragment may not have <script>.'],
    ['a text field', '<textarea>', 'may not have <textarea>'],
    ['a style', '<style>*{}</style>', 'may not have <style>'],
    ['a frame', '<iframe src="/x"></iframe>', 'may not have <iframe>'],
    ['another place to go', '<meta http-equiv=refresh content="0">', 'may not have <meta>'],
    ['HTML in a drawing', '<svg><main><br></main></svg>', '<main> may not be in <svg>.'],
    ['a list in which an item begins in another', '<li><div><li></li></div></li>', '<li> may not'],
    ['a term in another', '<dl><dt><div><dd></dd></div></dt></dl>', '<dd> may not be in <dt>'],
    ['a button in a button', '<button><div><button></button></div></button>', 'in <button>'],
    ['a table that interrupts another', '<table><div><table></table></div></table>', 'in <table>'],
    ['a choice', '<select><div><input></div></select>', 'may not have <select>'],
    ['a name with a space that is none', '<div\u00a0>x</div>', 'at character 0: markup that'],
    ['an open comment', '<p>x</p><!-- x', 'at character 8: markup that does not end'],
    ['a comment that ends at once', '<!--><p>-->', 'at character 0: markup that'],
    ['a tag that does not end', '<p>x</p><p', 'at character 8: markup that'],
    ['a quote that does not end', '<p title="x>y</p>', 'at character 0: markup that'],
    ['a quote in the middle', '<p title=x"y>z</p>', 'at character 0: markup that'],
    ['a declaration', '<!doctype html>', 'at character 0: markup that'],
    ['an instruction', '<?xml?>', 'at character 0: markup that'],
  ])('may not be %s', (_what, html, problem) => {
    expect(fragmentProblem(html)).toContain(problem);
  });

  it('is looked at in a moment, whatever it is', () => {
    const hostile = ['<a b="', '<!--', '<a b=\'"', '<a b', '</', '<p '].map((it) =>
      it.repeat(8_000),
    );
    for (const html of hostile) expect(fragmentProblem(html)).toContain('markup that');
  });
});

/**
 * As a browser reads it: where are the slots beside it, and is what follows still there? As on the page,
 * what is around them is an element like those in them, so that one end too many ends it.
 */
const neighborsOf = `(html) => {
  const text = '<main><div id="slots"><div data-slot="a">' + html + '<i id="own"></i></div>'
    + '<div data-slot="b">B</div></div></main><p id="last">C</p>';
  const parsed = new DOMParser().parseFromString('<!doctype html><body>' + text, 'text/html');
  const [a, b] = ['a', 'b'].map((slot) => parsed.querySelector('[data-slot="' + slot + '"]'));
  return [a, b].map((it) => it?.parentElement?.id).concat(b?.innerHTML,
    parsed.getElementById('own')?.closest('[data-slot]')?.dataset.slot,
    parsed.getElementById('last')?.parentElement?.localName);
}`;

/** Elements in each other as nobody would write them: a browser then closes some, or moves them. */
const names = [
  ...['div', 'p', 'a', 'b', 'nobr', 'font', 'svg', 'g', 'path', 'desc', 'foreignObject', 'math'],
  ...[
    'mi',
    'annotation-xml',
    'table',
    'caption',
    'tbody',
    'tr',
    'td',
    'colgroup',
    'select',
    'option',
  ],
  ...[
    'optgroup',
    'form',
    'button',
    'ul',
    'li',
    'dl',
    'dd',
    'dt',
    'h1',
    'h2',
    'details',
    'summary',
    'ruby',
  ],
  ...['rt', 'main', 'section', 'span', 'marquee', 'center', 'pre', 'listing', 'label', 'image'],
];
const { fragment } = fc.letrec<{ fragment: string; element: string }>((tie) => ({
  fragment: fc.array(tie('element'), { maxLength: 3 }).map((it) => it.join('')),
  element: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      'text',
      '<br>',
      '<img>',
      '<input>',
      '<!-- x -->',
      '<col>',
      '<path/>',
      '<b/>',
      '<div\u00a0></div>',
    ),
    fc
      .tuple(fc.constantFrom(...names), tie('fragment'))
      .map(([it, html]) => `<${it}>${html}</${it}>`),
  ),
}));

it('leaves what stands beside a fragment in its place in a browser', async (context) => {
  const page = await (await chromiumFor(context)).newPage();
  const fragments = fc
    .sample(fragment, { numRuns: 60_000, seed: 6 })
    .filter((html) => fragmentProblem(html) === null);
  expect(new Set(fragments).size).toBeGreaterThan(5_000);
  const moved = await page.evaluate<string[]>(
    `${JSON.stringify(fragments)}.filter((html) =>
      (${neighborsOf})(html).join() !== 'slots,slots,B,a,body')`,
  );
  expect(moved.sort((one, other) => one.length - other.length).slice(0, 20)).toEqual([]);
});
