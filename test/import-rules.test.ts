// Goal: every import rule fires, the tree as it is passes, and a check that sees nothing fails.
// Method: build a small product that keeps all rules, plant every violation of
// import-rules/violations.ts in it at once, and read what scripts/check-imports.mjs prints.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanTree, type Tree } from './import-rules/clean-tree.ts';
import { plantedTrees, violations } from './import-rules/violations.ts';

const repository = dirname(import.meta.dirname);
const ruleNames: string[] = createRequire(import.meta.url)(
  '../.dependency-cruiser.cjs',
).forbidden.map((rule: { name: string }) => rule.name);

/** For one run of the check on a machine that is busy with other tests. */
const runMs = 60_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beforehand-import-rules-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Lays out a product in which each file has nothing but its imports. */
async function grow(name: string, ...trees: readonly Tree[]): Promise<string> {
  const root = join(folder, name);
  const imports = new Map<string, string[]>();
  for (const [path, specifiers] of trees.flatMap((tree) => Object.entries(tree))) {
    imports.set(path, [...(imports.get(path) ?? []), ...specifiers]);
  }
  for (const [path, specifiers] of imports) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), specifiers.map(importLine).join(''));
  }
  await cp(join(repository, 'package.json'), join(root, 'package.json'));
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  return root;
}

function importLine(specifier: string): string {
  const [first, path] = specifier.split(' ');
  return path === undefined
    ? `import '${first}';\n`
    : `import type * as planted from '${path}';\nexport type { planted };\n`;
}

function check(root: string, nodeArguments: readonly string[] = []) {
  const script = join(repository, 'scripts/check-imports.mjs');
  return new Promise<{ isClean: boolean; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [...nodeArguments, script],
      { cwd: root, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ isClean: error === null, output: stdout + stderr }),
    );
  });
}

describe('the import rules', () => {
  describe('on a product with every violation', () => {
    let output = '';
    let isClean = true;

    beforeAll(async () => {
      const root = await grow('planted', cleanTree, ...plantedTrees);
      ({ output, isClean } = await check(root));
    }, runMs);

    it('fail', () => {
      expect(isClean).toBe(false);
    });

    for (const { rule, found } of violations) {
      it(`${rule} reports ${found}`, () => {
        const start = `error ${rule}: ${found}`;
        const reports = output.split('\n').filter((line) => line.startsWith(start));
        expect(reports, output).not.toEqual([]);
      });
    }

    it('say what to do', () => {
      expect(output).toContain('write the adapter in src/outbound.');
    });

    it('have a planted violation each, so that none can be there without effect', () => {
      expect([...new Set(violations.map(({ rule }) => rule))].sort()).toEqual(ruleNames.sort());
    });
  });

  it(
    'pass a product that keeps them, and say how much was read',
    async () => {
      const { isClean, output } = await check(await grow('clean', cleanTree));
      const modules = Object.keys(cleanTree).length;
      expect(output).toBe(`${modules} modules, ${ruleNames.length} rules, no violation\n`);
      expect(isClean).toBe(true);
    },
    runMs,
  );

  it(
    'pass this repository',
    async () => {
      const { isClean, output } = await check(repository);
      expect(output).toMatch(/^\d+ modules, \d+ rules, no violation\n$/);
      expect(isClean).toBe(true);
    },
    runMs,
  );

  it(
    'fail when dependency-cruiser cannot read TypeScript, instead of finding nothing',
    async () => {
      const root = await grow('unread', cleanTree);
      const preload = join(root, 'typescript-7.cjs');
      await writeFile(preload, typescript7);
      const { isClean, output } = await check(root, ['--require', preload]);
      expect(output).toMatch(/only 0 of the \d+ \.ts files below src were read/);
      expect(isClean).toBe(false);
    },
    runMs,
  );

  it(
    'fail when the process that a rule watches was renamed',
    async () => {
      const { 'src/main/replica.ts': replica = [], ...rest } = cleanTree;
      const root = await grow('renamed', rest, { 'src/main/region.ts': replica });
      const { isClean, output } = await check(root);
      expect(output).toContain('replica-stays-local starts at a file that is not there');
      expect(isClean).toBe(false);
    },
    runMs,
  );
});

/** Makes the installed TypeScript look like a version that dependency-cruiser 17 cannot use. */
const typescript7 = `
const Module = require('node:module');
const load = Module._load;
Module._load = (request, ...rest) =>
  request === 'typescript/package.json' ? { version: '7.0.2' } : load(request, ...rest);
`;
