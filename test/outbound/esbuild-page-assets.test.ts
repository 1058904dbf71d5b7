// What is made of a page's folder, and what its author is told.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundlePage } from '../../src/outbound/esbuild-page-assets.ts';

const fixture = fileURLToPath(new URL('../fixtures/page/web/', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beforehand-page-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};
/** A whole shell with this in its head. */
const writeShell = (head: string, body = '<!-- slots -->') =>
  write('shell.html', `<!doctype html><html><head>${head}</head><body>${body}</body></html>`);
const script = (name: string) => `<script type="module" src="/assets/${name}"></script>`;
const sheet = (name: string) => `<link rel="stylesheet" href="/assets/${name}">`;

it('bundles what the shell refers to under names of their content, and leaves the rest', () => {
  const { shell, files } = bundlePage(fixture);
  const names = [...files.keys()].map((name) => name.replace(/-[0-9A-Z]{8}\./, '-HASH.'));
  expect(names.toSorted()).toEqual(['dot.svg', 'late-HASH.js', 'main-HASH.js', 'style-HASH.css']);
  const named = [...shell.matchAll(/\/assets\/([\w.-]+)/g)].map(([, name]) => name as string);
  expect(named.map((name) => files.has(name))).toEqual([true, true, true]);
  const main = [...files].find(([name]) => name.startsWith('main-'))?.[1];
  // What is loaded late is a file of its own, and the first one says which.
  expect(main?.bytes.toString()).toMatch(/import\("\.\/late-[0-9A-Z]{8}\.js"\)/);
  expect(main?.bytes.toString()).not.toContain('sourceMappingURL');
  const style = [...files].find(([name]) => name.startsWith('style-'))?.[1];
  expect(style?.type).toBe('text/css; charset=utf-8');
  // Of the package and of the page.
  expect(style?.bytes.length).toBeGreaterThan(10_000);
  expect(style?.bytes.toString()).toContain('url(/assets/dot.svg)');
  expect(files.get('dot.svg')).toMatchObject({ type: 'image/svg+xml', isImmutable: false });
});

it('leaves out comments but for the place of slots, and keeps placeholders', () => {
  const { shell } = bundlePage(fixture);
  expect(shell).not.toContain('of its author');
  expect(shell.split('<!-- slots -->')).toHaveLength(2);
  expect(shell).toContain('{{client-events-url}}');
});

it('gives the same names to the same content in another folder, and others to other content', () => {
  const build = (name: string, text: string) => {
    const inner = join(folder, name);
    mkdirSync(inner);
    writeFileSync(join(inner, 'shell.html'), `<!-- slots -->${script('main.js')}`);
    writeFileSync(join(inner, 'main.js'), text);
    return [...bundlePage(inner).files.keys()];
  };
  const first = build('a', 'document.title = "one";');
  expect(build('b', 'document.title = "one";')).toEqual(first);
  expect(build('c', 'document.title = "two";')).not.toEqual(first);
});

it.each([
  ['no place for slots', '', 'without', 'once, and has it 0 times'],
  ['two places for slots', '', '<!-- slots --><!-- slots -->', 'once, and has it 2 times'],
  ['a script in the page', '<script>x()</script>', undefined, 'no script in the page'],
  [
    'a module in the page',
    '<script type="module">x()</script>',
    undefined,
    'no script in the page',
  ],
  ['a style in the page', '<style>p { color: red }</style>', undefined, 'no style in the page'],
  ['a handler', '', '<!-- slots --><b onclick="x()">x</b>', 'no onclick'],
  ['a script of elsewhere', '<script src="https://cdn.example/x.js"></script>', undefined, 'cdn'],
  ['a style of elsewhere', '<link rel=stylesheet href=//cdn.example/x.css>', undefined, '//cdn'],
  ['a relative script', '<script src="main.js"></script>', undefined, '"main.js" must be /assets'],
  ['an image of elsewhere', '', '<!-- slots --><img src="https://x.example/i.png">', 'elsewhere'],
  ['a frame', '', '<!-- slots --><iframe src="/assets/x.svg"></iframe>', 'allows none'],
  ['a base', '<base href="/x/">', undefined, 'allows none'],
  ['a placeholder that nobody fills', '<meta content="{{sesion-url}}">', undefined, 'sesion-url'],
  ['a script that is not there', script('none.js'), undefined, 'there is no none.js'],
  ['a sheet that is not there', sheet('none.css'), undefined, 'there is no none.css'],
  ['an image that is not there', '', '<!-- slots --><img src="/assets/x.svg">', 'no images/x.svg'],
])('refuses %s', (_, head, body, said) => {
  writeShell(head, body);
  expect(() => bundlePage(folder)).toThrow(said);
});

it.each<[string, { [name: string]: string }, string]>([
  ['a script that is none', { 'main.js': 'const = 1' }, 'main.js:1'],
  ['an import that leads nowhere', { 'main.js': "import './x.js'" }, 'Could not resolve "./x.js"'],
  ['a package that is not there', { 'main.js': "import 'no-such'" }, 'Could not resolve "no-such"'],
  [
    'a style sheet that nobody loads',
    { 'main.js': "import './x.css'", 'x.css': 'p { color: red }' },
    'main.js imports a style sheet',
  ],
  ['an image that a sheet lacks', { 'style.css': 'p { background: url(/assets/x.svg) }' }, 'x.svg'],
  ['what is no image', { 'images/x.html': '' }, 'images/x.html is not named like an image'],
  ['an image named like a hash', { 'images/x-20260101.png': '' }, 'as if by its content'],
])('refuses %s', (_, files, said) => {
  const refer = Object.keys(files).filter((name) => ['main.js', 'style.css'].includes(name));
  writeShell(refer.map((name) => (name.endsWith('.js') ? script(name) : sheet(name))).join(''));
  for (const [name, text] of Object.entries(files)) write(name, text);
  expect(() => bundlePage(folder)).toThrow(said);
});

it('tells everything that is wrong at once', () => {
  writeShell('<style></style><script>x</script>', 'nothing');
  expect(() => bundlePage(folder)).toThrow('3 problem(s)');
});

it('lets in data, links to elsewhere and images in text', () => {
  writeShell(
    '<script type="application/json">{"a":1}</script><link rel="canonical" href="https://x.example/">',
    '<a href="https://x.example/">x</a><img src="data:image/png;base64,AAAA" alt=""><!-- slots -->',
  );
  expect(bundlePage(folder).files.size).toBe(0);
});

it('says where a page has no shell', () => {
  expect(() => bundlePage(folder)).toThrow(`The page in ${folder} has no shell.html.`);
});
