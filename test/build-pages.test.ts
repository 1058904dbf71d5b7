// The build of pages: what is compiled finds the page built, and needs nothing to build one.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPages } from '../scripts/build-pages.ts';
import { loadPage } from '../src/main/load-page.ts';

const root = mkdtempSync(join(tmpdir(), 'beforehand-build-'));
const repository = fileURLToPath(new URL('..', import.meta.url));
const limits = { clientEventsUrl: '/v1/client-events', sessionUrl: '', maxPageBytes: 1_000_000 };

const configOf = (more: string) => `export const config = {
  regions: ['eu'], events: [], slots: {}, generators: [], reactions: [], ${more} };`;

beforeAll(() => {
  cpSync(join(repository, 'test/fixtures/page/web'), join(root, 'web/home'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'plain.config.ts'), configOf(''));
  writeFileSync(
    join(root, 'home.config.ts'),
    configOf("page: { folder: new URL('./web/home/', import.meta.url) }"),
  );
  mkdirSync(join(root, 'dist'));
});
afterAll(() => rmSync(root, { recursive: true }));

function build(include: string[]): Promise<string[]> {
  const buildFile = join(root, 'tsconfig.build.json');
  writeFileSync(buildFile, JSON.stringify({ compilerOptions: { outDir: 'dist' }, include }));
  return buildPages(buildFile);
}

const load = (folder: string) =>
  loadPage({ page: { folder: pathToFileURL(`${join(root, folder)}/`) } }, limits);

it('builds the page of each configuration that is compiled and has one', async () => {
  const lines = await build(['src', 'plain.config.ts', 'home.config.ts', 'none.config.ts']);
  expect(lines).toEqual(['dist/web/home: a page and its 4 files']);
});

it('leaves what a replica loads as if it had built it itself, at any time later', async () => {
  await build(['home.config.ts']);
  expect(await load('dist/web/home')).toEqual(await load('web/home'));
});

it('takes along what services run that no compiler makes, anew each time', async () => {
  const services = `services: {
    one: { command: ['python3', 'src/one.py', '--of', 'src'], url: 'ONE_URL' },
    two: { command: ['node', 'src/two.mjs', '/etc/hosts', 'src/none.py'], url: 'TWO_URL' } }`;
  writeFileSync(join(root, 'many.config.ts'), configOf(services));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/two.mjs'), '');
  for (const text of ['print(1)', 'print(2)']) {
    writeFileSync(join(root, 'src/one.py'), text);
    expect(await build(['many.config.ts'])).toEqual(['dist/src/one.py: what a service runs']);
    expect(readFileSync(join(root, 'dist/src/one.py'), 'utf8')).toBe(text);
  }
  expect(readdirSync(join(root, 'dist/src'))).toEqual(['one.py']);
});

it('leaves nothing of the build before', async () => {
  await build(['home.config.ts']);
  writeFileSync(
    join(root, 'web/home/late.js'),
    'export function sayMore() { document.title = "x"; }',
  );
  await build(['home.config.ts']);
  expect(await load('dist/web/home')).toEqual(await load('web/home'));
});

it('fills in settings when a page is loaded, escaped', async () => {
  const page = { page: { folder: pathToFileURL(`${join(root, 'web/home')}/`) } };
  const sessionUrl = 'https://id.example/"><script>';
  const loaded = await loadPage(page, { ...limits, sessionUrl });
  expect(loaded?.shell).toContain('content="https://id.example/&quot;&gt;&lt;script&gt;"');
  expect(loaded?.shell).not.toContain('{{');
});

it('refuses a page that is too large, and loads none where there is none', async () => {
  await expect(
    loadPage(
      { page: { folder: pathToFileURL(`${join(root, 'web/home')}/`) } },
      {
        ...limits,
        maxPageBytes: 1_024,
      },
    ),
  ).rejects.toThrow('more than BEFOREHAND_PAGE_MAX_BYTES (1024)');
  expect(await loadPage({}, limits)).toBeNull();
});
