// docs/authors.md, done as it says in a copy of this tree: its code blocks are taken as they stand.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { removePostgresCluster } from '../../src/servers/postgres-placement.ts';
import { runCli } from '../main/run-cli.ts';
import { type SoloProcess, startSolo } from '../system/solo-process.ts';
import { postLogins, readDocument } from '../system/stack-driver.ts';
import { readPage } from './home/read-page.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'authors.md'), 'utf8');
/** Real, because node names a module by the path without links. */
const copy = mkdtempSync(join(tmpdir(), 'beforehand-authors-'));
const dataDir = join(copy, 'data');
const patienceMs = 120_000;
let solo: SoloProcess | undefined;

for (const name of ['src', 'web', 'home.config.ts', 'beforehand.config.ts', 'package.json']) {
  cpSync(join(root, name), join(copy, name), { recursive: true });
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

afterAll(async () => {
  await solo?.stop('SIGTERM');
  removePostgresCluster(dataDir);
  rmSync(copy, { recursive: true, force: true });
});

/** The code blocks below a heading, in their order. */
function blocksOf(heading: string): string[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map(([, code]) => code as string);
}

async function write(path: string, code: string | undefined): Promise<void> {
  await mkdir(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), code as string);
}

/** What a block says of a configuration: its imports come on top, the rest in place of what is so named. */
async function change(path: string, block: string | undefined): Promise<void> {
  const before = readFileSync(join(copy, path), 'utf8');
  const [imports = '', rest = ''] = (block ?? '').split(/^\/\/ … beside the imports .*\n/m);
  const [name = ''] = /^(export )?const \w+ = /m.exec(rest) ?? [];
  const statement = new RegExp(`^${name}.*?;\n`, 'ms');
  expect(before).toMatch(statement);
  await write(path, imports + before.replace(statement, () => rest.trimStart()));
}

describe('a product by the page', () => {
  const blocks = blocksOf('From zero to a product on the page');

  it('is under 40 lines', () => {
    expect(blocks).toHaveLength(3);
    const lines = blocks.join('').split('\n');
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThan(40);
  });

  it(
    'is on the page of whoever logs in, and of everybody else, too',
    async () => {
      const [backEnd, product, listed] = blocks;
      await write('src/apps/home/products/books.mjs', backEnd);
      await write('src/apps/home/books.ts', product);
      await change('home.config.ts', listed);
      const config = join(copy, 'home.config.ts');
      solo = await startSolo(dataDir, { BEFOREHAND_CONFIG: config });
      const { summary } = solo;
      await postLogins(summary, [{ id: 'login-1', user: 'eve' }]);
      const books = async () => {
        const { body } = await readDocument(summary.regions.eu, summary, 'eve');
        return JSON.parse(body).slots['home.books'];
      };
      await expect.poll(books).toMatchObject({
        state: 'personal',
        content: { template: 'card', data: { title: 'Ulysses' } },
      });
      const generic = async () =>
        (await (await fetch(`${summary.regions.us}/v1/generic`)).json()) as {
          slots: { [slot: string]: { content: { data: { title: string } } } };
        };
      const title = async () => (await generic()).slots['home.books']?.content.data.title;
      await expect.poll(title).toBe('What others read');
      const section = async (region: string, user: string | null) =>
        (await readPage(region, summary, user)).sections['home.books']?.html;
      await expect.poll(() => section(summary.regions.eu, 'eve')).toContain('Ulysses');
      await expect.poll(() => section(summary.regions.us, null)).toContain('What others read');
    },
    patienceMs,
  );
});

describe('the generator of the page', () => {
  const [generator, listed] = blocksOf('A generator in full');
  const [test] = blocksOf('Testing');

  it(
    'is one that the configuration takes',
    async () => {
      await write('src/apps/books/similar-books.ts', generator);
      await change('beforehand.config.ts', listed);
      const { stdout, stderr } = await runCli(['generator', 'list'], {
        ...{ BEFOREHAND_CONFIG: join(copy, 'beforehand.config.ts'), BEFOREHAND_DATA_DIR: dataDir },
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/books\.similar .* book\.liked/);
    },
    patienceMs,
  );

  it(
    'passes the test of the page',
    async () => {
      await write('test/apps/similar-books.test.ts', test);
      const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [vitest, 'run', 'test/apps/similar-books.test.ts'],
        { cwd: copy, env: { ...process.env, NO_COLOR: '1' } },
      );
      expect(stdout).toMatch(/Tests +1 passed/);
    },
    patienceMs,
  );
});
